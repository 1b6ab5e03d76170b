/** Names of what systems and tools leave in folders: of their own files, and of their folders. Capitals do not count. */
const NAMES = new Set([
  // macOS
  ...[".ds_store", ".localized", "__macosx", ".spotlight-v100", ".fseventsd", ".temporaryitems", ".trashes"],
  // Windows
  ...["thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information"],
  // Linux and network storage
  ...[".directory", "lost+found", "@eadir", ".nomedia"],
  // git and Jupyter
  ...[".git", ".gitkeep", ".keep", ".gitignore", ".gitattributes", ".ipynb_checkpoints"],
]);

/** Beginnings of such names: of macOS's second halves of files, of deleted files of network folders and disks. */
const BEGINNINGS = ["._", ".nfs", ".trash-", ".fuse_hidden"];

/** Whether a file or folder of this name belongs to the system or a tool, and never to the data. */
export function isSystemFile(name: string): boolean {
  const small = name.toLowerCase();
  return NAMES.has(small) || BEGINNINGS.some((beginning) => small.startsWith(beginning));
}
