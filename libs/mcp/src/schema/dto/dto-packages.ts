/** class-validator and class-transformer as a `ValidationPipe` takes them. */
export interface DtoPackages {
  readonly validatorPackage: typeof import('class-validator');
  readonly transformerPackage: typeof import('class-transformer');
}

/** Loads both packages whole. Where a DTO class has rules, the application has loaded them before. */
export async function loadDtoPackages(): Promise<DtoPackages> {
  const [validatorPackage, transformerPackage] = await Promise.all([
    import('class-validator'),
    import('class-transformer'),
  ]);
  return { validatorPackage, transformerPackage };
}
