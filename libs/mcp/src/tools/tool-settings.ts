import type { BootAdvice } from '../errors/boot-advice.js';
import type { McpSchemaOptions } from '../schema/input-writer.js';
import type { McpRouteSelection } from './exposed-routes.js';

/** The options of the module that concern its tools. */
export interface ToolSettings {
  readonly routes?: McpRouteSelection | undefined;
  readonly schemas?: McpSchemaOptions | undefined;
  readonly advice: BootAdvice;
}
