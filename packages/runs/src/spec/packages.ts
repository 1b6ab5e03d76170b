/** Grammar of an npm package's name, with or without a scope, and its length. */
const npmName = /^(?=.{1,214}$)(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i;

/** Beginning of a path: `.`, `..`, `/` or a drive. A path never has a URL's scheme, which has two letters or more. */
const pathStart = /^(?:\.{1,2}(?:[\\/]|$)|\/|[A-Za-z]:[\\/])/;

/**
 * Rule for sources of further dictionaries: an npm package by its name, or a path. URLs such as `data:text/javascript,…`,
 * `file:` and `node:` are neither, so that code comes from where packages are installed or from a folder the user can look at.
 */
export const packageRule =
  'must be the name of an npm package, or a path that begins with "./", "../" or "/"; URLs are not loaded';

/** Whether a text is a relative path: `.`, `..`, or one that begins with `./` or `../`. */
export const isRelativePath = (text: string): boolean => /^\.{1,2}(?:[\\/]|$)/.test(text);

/** Whether a text is a path, relative or absolute, and not a package's name or a URL. */
export const isPath = (text: string): boolean => pathStart.test(text);

/** Whether a text names an npm package or is a path. */
export const isPackageOrPath = (text: string): boolean => isPath(text) || npmName.test(text);
