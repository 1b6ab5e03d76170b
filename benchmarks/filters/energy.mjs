// Energy of a layer's filters that atoms lose: 1 − ‖QᵀF‖² / ‖F‖², for an orthonormal basis Q of what the atoms span. Filters enter by their
// products M = F Fᵀ alone, whose trace is ‖F‖².

/** F Fᵀ of a kernel's filters over its window. */
export function productsOf({ shape, data }) {
  const n = shape[0] * shape[1];
  const filters = data.length / n;
  const m = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < filters; k++) sum += data[i * filters + k] * data[j * filters + k];
      m[i * n + j] = sum;
      m[j * n + i] = sum;
    }
  return m;
}

/** Energy uᵀ M u of each column of an orthonormal U, as a share. */
export function sharesOf({ rows, cols, data }, m) {
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += m[i * rows + i];
  return Array.from({ length: cols }, (_, a) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      let product = 0;
      for (let j = 0; j < rows; j++) product += m[i * rows + j] * data[j * cols + a];
      sum += product * data[i * cols + a];
    }
    return sum / trace;
  });
}

/** Share of the energy that atoms of any kind lose. */
export const lost = (u, m) => 1 - sharesOf(orthonormal(u), m).reduce((sum, share) => sum + share, 0);

/** Gram–Schmidt, twice. */
function orthonormal({ rows, cols, data }) {
  const result = Float64Array.from(data);
  const dot = (a, b) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += result[i * cols + a] * result[i * cols + b];
    return sum;
  };
  for (let a = 0; a < cols; a++) {
    for (let pass = 0; pass < 2; pass++)
      for (let b = 0; b < a; b++) {
        const along = dot(a, b);
        for (let i = 0; i < rows; i++) result[i * cols + a] -= along * result[i * cols + b];
      }
    const length = Math.sqrt(dot(a, a));
    for (let i = 0; i < rows; i++) result[i * cols + a] /= length;
  }
  return { rows, cols, data: result };
}
