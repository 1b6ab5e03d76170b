import type { DictionaryModule } from "./contract";

/** Dictionary modules by name. */
export interface Registry {
  /**
   * Adds modules: all of them, or none if it throws. The same module twice counts once.
   * @throws TypeError if one is not a dictionary module
   * @throws RangeError if another module has the name already
   */
  register(...modules: readonly DictionaryModule[]): void;
  /**
   * The module of that name.
   * @throws RangeError naming those there are
   */
  get(name: string): DictionaryModule;
  has(name: string): boolean;
  /** Registered names, sorted. */
  names(): string[];
}

/** A registry of its own, empty. */
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

/** The process's registry: where layers look a recipe's name up when a model is loaded. Empty until you register. */
export const dictionaries: Registry = createRegistry();

/**
 * The modules in a dictionary package's default export: one, or a list.
 * @param where what was imported, for the message
 * @throws TypeError if it holds anything else
 */
export function modulesOf(defaultExport: unknown, where: string): readonly DictionaryModule[] {
  const modules: readonly unknown[] = Array.isArray(defaultExport) ? defaultExport : [defaultExport];
  if (modules.length === 0)
    throw new TypeError(`${where}: the default export is an empty list; export a module { name, needs, create }`);
  return modules.map((module) => assertModule(module, where));
}

function assertModule(value: unknown, where = "dictionaries"): DictionaryModule {
  const module = value as Partial<DictionaryModule> | null | undefined;
  const wrong =
    module === null || typeof module !== "object"
      ? `is ${value === null ? "null" : typeof value}`
      : typeof module.name !== "string" || !/^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/.test(module.name)
        ? `has the name ${JSON.stringify(module.name)}, which must be lower-case words joined by hyphens, such as "fourier" or "acme/splines"`
        : module.needs !== "domain" && module.needs !== "samples"
          ? `has needs ${JSON.stringify(module.needs)}, which must be "domain" or "samples"`
          : typeof module.create !== "function"
            ? "has no create function"
            : undefined;
  if (wrong) throw new TypeError(`${where}: a dictionary module is { name, needs, create }; this one ${wrong}`);
  return module as DictionaryModule;
}
