import { IsInt, Max, Min } from 'class-validator';

/** Compiled by a story with swagger's compiler plugin, as it stands and with other numbers. */
export class Wish {
  /** How many are wished for. */
  @IsInt()
  @Min(1)
  @Max(10)
  quantity: number;
}
