/** The folder of this room at run time. CommonJS in both builds of the package, because `import.meta` does not exist in one of them. */
export const ownFolder: string = __dirname;
