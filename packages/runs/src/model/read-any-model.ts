import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { FileError, type LoadedModel } from "@weightcast/files";
import { fileModel, loadModel } from "@weightcast/files/node";
import { jsonIn } from "@weightcast/types";

/**
 * Model of a file: one of Weightcast, or a layers model of TensorFlow.js, as its `model.json` or the folder of that.
 * @throws FileError if it can't be read, or is neither
 */
export async function readAnyModel(path: string): Promise<LoadedModel> {
  const folder = folderOf(path);
  if (folder === undefined) {
    if (/\.onnx$/i.test(path) && existsSync(path)) throw otherKind(path, "an ONNX file");
    return loadModel(path);
  }
  if (isGraph(join(folder, "model.json"))) throw otherKind(path, "a graph model of TensorFlow.js");
  const handler = fileModel(folder);
  try {
    return { model: await loadLayersModel(handler) };
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(
      "FILE_UNUSABLE",
      `${path}: TensorFlow.js can't read it as a layers model: ${(error as Error).message}`,
    );
  }
}

const otherKind = (path: string, kind: string): FileError =>
  new FileError(
    "FILE_FOREIGN",
    `${path}: it is ${kind}, which does not say what its layers are; give a model file of Weightcast or a layers model of TensorFlow.js`,
  );

/** Whether a model.json is that of a graph. What else may be wrong with it, its reader says. */
function isGraph(file: string): boolean {
  try {
    return (jsonIn(readFileSync(file, "utf8")) as { readonly format?: unknown } | undefined)?.format === "graph-model";
  } catch {
    return false;
  }
}

/** Folder of a layers model; undefined for another file. */
function folderOf(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  if (!path.endsWith(".json")) return undefined;
  return existsSync(join(dirname(path), "model.json")) ? dirname(path) : undefined;
}
