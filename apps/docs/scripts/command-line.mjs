/**
 * Reference of a command line, as a Markdown page.
 * @param program a commander `Command` with its subcommands
 */
export function commandLine(program) {
  const chapters = leaves(program).map(({ command, path }) => chapter(command, path));
  return [
    "---\noutline: 2\n---",
    "# Command line",
    "Generated from the program itself; `--help` of each command shows the same.",
    `\`\`\`text\n${program.helpInformation().trim()}\n${added(program).trimEnd()}\n\`\`\``,
    ...chapters,
  ].join("\n\n");
}

/** Commands without subcommands, each with the words that call it. */
function leaves(command, path = [command.name()]) {
  const below = command.commands.filter((sub) => sub.name() !== "help");
  return below.length > 0 ? below.flatMap((sub) => leaves(sub, [...path, sub.name()])) : [{ command, path }];
}

function chapter(command, path) {
  const help = command.createHelp();
  const terms = [
    ...help
      .visibleArguments(command)
      .map((argument) => [argument.required ? `<${argument.name()}>` : `[${argument.name()}]`, argument]),
    ...help.visibleOptions(command).map((option) => [option.flags, option]),
  ].filter(([flags]) => flags !== "-h, --help");
  const rows = terms.map(
    ([flags, term]) => `| \`${escaped(flags)}\` | ${escaped(description(term))} | ${escaped(preset(term))} |`,
  );
  return [
    `## ${path.slice(1).join(" ")}`,
    plain(command.description()),
    `\`\`\`sh\n${path.slice(0, -1).join(" ")} ${help
      .commandUsage(command)
      .split(" ")
      .slice(path.length - 1)
      .join(" ")}\n\`\`\``,
    rows.length ? `| | | default |\n| --- | --- | --- |\n${rows.join("\n")}` : "",
    added(command).trim() ? `\`\`\`text\n${added(command).trim()}\n\`\`\`` : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Text that `addHelpText` adds below a command's help. */
function added(command) {
  let printed = "";
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (text) => (printed += text), getOutHasColors: () => false });
  command.outputHelp();
  command.configureOutput(output);
  return printed.slice(command.helpInformation().length);
}

function description({ description, argChoices, envVar }) {
  const choices = argChoices ? `. One of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}` : "";
  const variable = envVar ? `. Also the variable \`${envVar}\`` : "";
  return `${plain(description.replace(written, ""))}${choices}${variable}`;
}

function preset({ description, defaultValue, defaultValueDescription }) {
  const words = defaultValueDescription ?? written.exec(description)?.[1];
  if (words) return plain(words);
  return defaultValue === undefined || defaultValue === false ? "" : `\`${String(defaultValue)}\``;
}

/** Default that a description states in words. */
const written = / \(default: (.*)\)$/;

const escaped = (text) => text.replaceAll("|", "\\|");

/** Text in which no character has a meaning for Markdown or HTML. */
const plain = (text) => text.replace(/[<>*_{}[\]]/g, (character) => `&#${character.charCodeAt(0)};`);
