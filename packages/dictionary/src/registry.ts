import type { DictionaryModule } from "./contract";
import { quoted } from "./shown";

/** Registry of dictionary modules by name. */
export interface Registry {
  /**
   * Adds modules: all of them, or none if it throws. Adding the same module twice has no effect.
   * @throws TypeError if one of them is not a dictionary module
   * @throws RangeError if another module of that name is registered already
   */
  register(...modules: readonly DictionaryModule[]): void;
  /**
   * Module of that name.
   * @throws RangeError that lists the registered names if there is none
   */
  get(name: string): DictionaryModule;
  has(name: string): boolean;
  /** Registered names, sorted. */
  names(): string[];
}

/** Creates an empty registry, independent of all others. */
export function createRegistry(): Registry {
  let modules: ReadonlyMap<string, DictionaryModule> = new Map();
  const names = () => [...modules.keys()].sort();
  return {
    register(...added) {
      const accepted = new Map(modules);
      for (const module of added) {
        assertModule(module);
        const present = accepted.get(module.name);
        if (present && present !== module)
          throw new RangeError(
            `dictionaries: a module named "${module.name}" is registered already; rename one of them`,
          );
        accepted.set(module.name, module);
      }
      modules = accepted;
    },
    get(name) {
      const module = modules.get(name);
      if (!module) {
        const known = names().join(", ") || "none";
        throw new RangeError(
          `dictionaries: no module named "${name}" is registered (registered: ${known}); call dictionaries.register(module) first`,
        );
      }
      return module;
    },
    has: (name) => modules.has(name),
    names,
  };
}

/** Registry of the process: layers look up a recipe's name in it when a model is loaded. Empty until you register modules. */
export const dictionaries: Registry = createRegistry();

/**
 * Modules in a dictionary package's default export, which is one module or a list.
 * @param source name or path of the package, for the message
 * @throws TypeError if the export holds anything else
 */
export function modulesOf(defaultExport: unknown, source: string): readonly DictionaryModule[] {
  const modules: readonly unknown[] = Array.isArray(defaultExport) ? defaultExport : [defaultExport];
  if (modules.length === 0)
    throw new TypeError(`${source}: the default export is an empty list; export a module { name, needs, create }`);
  return modules.map((module) => assertModule(module, source));
}

function assertModule(value: unknown, source = "dictionaries"): DictionaryModule {
  const module = value as Partial<DictionaryModule> | null | undefined;
  const wrong =
    module === null || typeof module !== "object"
      ? `is ${value === null ? "null" : typeof value}`
      : typeof module.name !== "string" || !/^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/.test(module.name)
        ? `has the name ${quoted(module.name)}, which must be lower-case words joined by hyphens, such as "fourier" or "acme/splines"`
        : module.needs !== "domain" && module.needs !== "samples"
          ? `has needs ${quoted(module.needs)}, which must be "domain" or "samples"`
          : typeof module.create !== "function"
            ? "has no create function"
            : undefined;
  if (wrong) throw new TypeError(`${source}: a dictionary module is { name, needs, create }; this one ${wrong}`);
  return module as DictionaryModule;
}
