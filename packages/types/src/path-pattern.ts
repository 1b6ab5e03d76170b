/** Whether a path fits a pattern, in which `*` stands for any characters. */
export function pathPattern(pattern: string): (path: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  return (path) => expression.test(path);
}
