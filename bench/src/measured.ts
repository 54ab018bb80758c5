import type { Cost } from './load.js';
import type { IdleFigures } from './measures/idle.js';
import type { ListFigures } from './measures/lists.js';
import type { ScaleFigures } from './measures/scale.js';
import type { SoakFigures } from './measures/soak.js';
import type { ValidationFigures } from './measures/validation.js';

/** Everything that one run has found. */
export interface Measured {
  calls: Map<string, Cost>;
  lists: ListFigures;
  resources: Map<string, Cost>;
  idle: IdleFigures;
  scale: ScaleFigures;
  boot: { none: number; thousand: number };
  soak: SoakFigures[];
  guests: SoakFigures[];
  validation: ValidationFigures;
}
