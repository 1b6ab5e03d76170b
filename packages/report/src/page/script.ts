/**
 * Script of every report, which works without it, too. It shows the value of the point nearest to the pointer, or the next one by the
 * arrow keys, in charts; saves charts as SVG; and unfolds everything before printing. JavaScript, for every browser since 2022.
 */
export const script = `
(() => {
const tip = document.body.appendChild(document.createElement("div"));
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");
const show = (point) => {
  tip.hidden = !point;
  if (!point) return;
  const box = point.mark.getBoundingClientRect();
  tip.textContent = point.text;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = Math.max(8, Math.min(room, box.x + box.width / 2 - tip.offsetWidth / 2)) + scrollX + "px";
  tip.style.top = box.y + scrollY - tip.offsetHeight - 6 + "px";
};
for (const svg of document.querySelectorAll("figure svg[role=img]")) {
  const points = [...svg.querySelectorAll("circle > title, path[transform] > title")].map((title) => {
    const mark = title.parentNode;
    return { mark, title, text: title.textContent };
  });
  // Two tips at once would be one too many.
  for (const { title } of points) title.remove();
  let at = -1;
  const go = (next) => { at = next; show(points[at]); };
  if (points.length > 0) {
    svg.tabIndex = 0;
    svg.addEventListener("pointermove", ({ clientX, clientY }) => {
      const far = points.map(({ mark }) => {
        const box = mark.getBoundingClientRect();
        return Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
      });
      const least = Math.min(...far);
      go(least < 24 ? far.indexOf(least) : -1);
    });
    svg.addEventListener("pointerleave", () => go(-1));
    svg.addEventListener("blur", () => go(-1));
    svg.addEventListener("keydown", (event) => {
      const n = points.length;
      const moves = { ArrowRight: (at + 1) % n, ArrowLeft: (Math.max(at, 0) + n - 1) % n, Home: 0, End: n - 1, Escape: -1 };
      if (!(event.key in moves)) return;
      event.preventDefault();
      go(moves[event.key]);
    });
  }
  const figure = svg.closest("figure");
  const name = figure.querySelector("h2, h3").textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Save as SVG";
  button.setAttribute("aria-label", "Save as SVG: " + name);
  button.addEventListener("click", () => {
    const copy = svg.cloneNode(true);
    const marks = [...svg.querySelectorAll("*")];
    copy.querySelectorAll("*").forEach((mark, i) => {
      const computed = getComputedStyle(marks[i]);
      for (const of of ["fill", "stroke"]) if (mark.hasAttribute(of)) mark.setAttribute(of, computed[of]);
      const point = points.find((one) => one.mark === marks[i]);
      if (point) mark.appendChild(point.title.cloneNode(true));
    });
    copy.setAttribute("style", "background: " + getComputedStyle(figure).backgroundColor + "; color: " + getComputedStyle(svg).color);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
    link.download = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") + ".svg";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(button);
  svg.after(tools);
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
})();
`;
