import type { Command } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What can follow: the commands and options at a place in the command line. */
interface Place {
  /** The words that lead there, without options. */
  readonly path: string;
  readonly words: readonly string[];
}

/** A script that completes commands and options; made from the commands themselves, so it cannot fall behind. */
export function completionScript(program: Command, shell: Shell): string {
  const everywhere = program.options.flatMap(({ long }) => long ?? []);
  const places = placesOf(program, []).map(({ path, words }) => ({
    path,
    words: [...new Set([...words, ...everywhere])],
  }));
  switch (shell) {
    case "bash":
      return bash(places);
    case "zsh":
      // zsh runs the functions of bash.
      return `#compdef posthorn\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
    case "fish":
      return fish(places);
  }
}

function placesOf(command: Command, path: readonly string[]): readonly Place[] {
  const names = command.commands.map((each) => each.name());
  const options = command.options.flatMap(({ long }) => long ?? []);
  const here = { path: path.join(" "), words: [...names, ...options, "--help"] };
  return [here, ...command.commands.flatMap((each) => placesOf(each, [...path, each.name()]))];
}

function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, words }) => `    ${JSON.stringify(path)}) words="${words.join(" ")}" ;;`,
  );
  return `_posthorn() {
  local word path="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
    [ -n "$words" ] && break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _posthorn posthorn`;
}

function fish(places: readonly Place[]): string {
  const lines = places.map(({ path, words }) => {
    const condition = `__posthorn_at ${JSON.stringify(path)}`;
    return `complete -c posthorn -n '${condition}' -a '${words.join(" ")}'`;
  });
  return `function __posthorn_at
  set -l words (string match -v -- '-*' (commandline -opc)[2..])
  set -l path (string join ' ' $words)
  test "$path" = "$argv[1]"; or string match -q -- "$argv[1] *" "$path"
end
${lines.join("\n")}`;
}
