import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Environment of the program; for tests. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/**
 * Folder for downloaded data: `$WEIGHTCAST_CACHE`; otherwise `weightcast` in `$XDG_CACHE_HOME` or, if that is unset or
 * relative, in the platform's usual place for caches: `~/.cache`, on macOS `~/Library/Caches`, on Windows
 * `%LOCALAPPDATA%`. It need not exist.
 */
export function cacheFolder(surroundings: Partial<Surroundings> = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = surroundings;
  if (env.WEIGHTCAST_CACHE) return env.WEIGHTCAST_CACHE;
  // The XDG specification says to ignore a relative path.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, "weightcast");
  if (platform === "darwin") return join(home, "Library", "Caches", "weightcast");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "weightcast");
  return join(home, ".cache", "weightcast");
}
