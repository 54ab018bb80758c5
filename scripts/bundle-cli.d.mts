export function bundleCli(outfile: string): Promise<void>;
