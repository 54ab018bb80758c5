import type { Tree } from '@angular-devkit/schematics';
import { parse } from 'jsonc-parser';

/** The fields of `nest-cli.json` that are read. */
interface WorkspaceFile {
  readonly projects?: Readonly<Record<string, { readonly sourceRoot?: string }>>;
}

/** The project of a monorepo whose sources lie in a folder, as `--project` names it. `undefined` where there is one application only. */
export function projectOf(tree: Tree, sourceRoot: string): string | undefined {
  const file = ['nest-cli.json', '.nest-cli.json'].find((name) => tree.exists(name));
  if (file === undefined) return undefined;
  const { projects = {} } = (parse(tree.readText(file)) ?? {}) as WorkspaceFile;
  return Object.keys(projects).find((name) => projects[name]?.sourceRoot === sourceRoot);
}
