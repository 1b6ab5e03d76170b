import module from "node:module";

// Node 22.1 and later keep what V8 has compiled, so that the next process starts faster.
(module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();
const { serve } = await import("./run/worker");

serve();
