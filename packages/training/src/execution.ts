import { type CompileError, nodeRuntime } from "@weightcast/compile";
import { compiledExecutor } from "./compiled-executor";
import { eagerExecutor } from "./eager-executor";
import { trainingError } from "./error";
import type { Executor } from "./executor";
import type { Plan } from "./plan";

const install = "npm install onnxruntime-node, or pass onnxruntime-web as compile.runtime";

/**
 * The executor that the options ask for: compiled where there is a runtime and the model can be compiled, eager
 * otherwise.
 * @throws TrainingError `NO_RUNTIME`, or CompileError, if it must be compiled and cannot be
 */
export async function openExecutor(plan: Plan): Promise<Executor> {
  const { execution = "auto", compile = {} } = plan.options;
  if (execution === "eager") return eagerExecutor(plan);
  const { runtime, detail } = compile.runtime ? { runtime: compile.runtime, detail: "" } : await nodeRuntime();
  if (!runtime) {
    if (execution === "auto") return eagerExecutor(plan, `${detail}: ${install}`);
    throw trainingError("NO_RUNTIME", `train: execution "compiled" needs ONNX Runtime, and ${detail}: ${install}`);
  }
  try {
    return await compiledExecutor(plan, runtime);
  } catch (error) {
    const { code, message } = error as Partial<CompileError>;
    if (execution === "auto" && (code === "UNKNOWN_KERNEL" || code === "IMPURE")) return eagerExecutor(plan, message);
    throw error;
  }
}
