import { type CompileError, nodeRuntime } from "@weightcast/compile";
import { trainingError } from "../error";
import type { Plan } from "../loop/plan";
import { compiledExecutor } from "./compiled";
import { eagerExecutor } from "./eager";
import type { Executor } from "./executor";

const install = "npm install onnxruntime-node, or pass onnxruntime-web as compile.runtime";

/**
 * Executor that the option `execution` asks for; with `auto`, compiled if there is a runtime and the model can be
 * compiled, otherwise eager.
 * @throws TrainingError `NO_RUNTIME`, or CompileError, if execution is "compiled" and that is not possible
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
