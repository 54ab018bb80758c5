import type { Tree } from '@angular-devkit/schematics';
import { parse } from 'jsonc-parser';

/** The fields of `nest-cli.json` that are read here. */
interface WorkspaceFile {
  readonly projects?: Readonly<Record<string, { readonly sourceRoot?: string }>>;
}

/**
 * The project of a monorepo with this source folder, as `--project` names it. `undefined` if there is only one
 * application.
 */
export function projectOf(tree: Tree, sourceRoot: string): string | undefined {
  const file = ['nest-cli.json', '.nest-cli.json'].find((name) => tree.exists(name));
  if (file === undefined) return undefined;
  const { projects = {} } = (parse(tree.readText(file)) ?? {}) as WorkspaceFile;
  return Object.keys(projects).find((name) => projects[name]?.sourceRoot === sourceRoot);
}
