// Copies between the memories of the page and of WebGPU, counted where WebGPU makes them.

const counted = { uploads: 0, uploaded: 0, readbacks: 0, read: 0 };

/** Replaces a method by one that is noted before it runs. */
function watch(owner, name, note) {
  const method = owner?.prototype[name];
  if (!method) return;
  owner.prototype[name] = function (...args) {
    note(this, ...args);
    return method.apply(this, args);
  };
}

const upload = (bytes) => {
  counted.uploads++;
  counted.uploaded += bytes;
};

watch(globalThis.GPUQueue, "writeBuffer", (_, _buffer, _offset, data, from, size) => {
  upload(size ?? data.byteLength - (from ?? 0));
});
watch(globalThis.GPUDevice, "createBuffer", (_, { mappedAtCreation, size }) => {
  if (mappedAtCreation) upload(size);
});
watch(globalThis.GPUBuffer, "mapAsync", (buffer, mode, offset = 0, size = buffer.size - offset) => {
  if (mode === globalThis.GPUMapMode.WRITE) return upload(size);
  counted.readbacks++;
  counted.read += size;
});

/** Numbers and bytes of the copies since the page was opened, or since an earlier count. */
export const copies = (since = { uploads: 0, uploaded: 0, readbacks: 0, read: 0 }) =>
  Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, count - since[name]]));
