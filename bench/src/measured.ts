import type { Cost } from './load.js';
import type { BootFigures } from './measures/boot.js';
import type { FilterFigures } from './measures/filtered.js';
import type { IdleFigures } from './measures/idle.js';
import type { LargeFigures } from './measures/large.js';
import type { ListFigures } from './measures/lists.js';
import type { ScaleFigures } from './measures/scale.js';
import type { StreamFigures } from './measures/stream.js';
import type { SoakFigures } from './measures/soak.js';
import type { ValidationFigures } from './measures/validation.js';

/** Everything that one run has found. */
export interface Measured {
  calls: Map<string, Cost>;
  lists: ListFigures;
  resources: Map<string, Cost>;
  idle: IdleFigures;
  scale: ScaleFigures;
  filtered: FilterFigures;
  large: LargeFigures;
  stream: StreamFigures;
  boot: BootFigures;
  soak: SoakFigures[];
  guests: SoakFigures[];
  validation: ValidationFigures;
}
