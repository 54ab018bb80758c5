import type { LoggerService } from '@nestjs/common';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { maskError } from '../errors/public-error.js';
import type { MethodTable } from '../primitives/method-table.js';

/** A method table that lets no text of an unforeseen error reach a client: it is logged under an id. */
export function maskErrors(methods: MethodTable, logger: LoggerService): MethodTable {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (params, call) => {
        try {
          return await method(params, call);
        } catch (error) {
          if (error instanceof ProtocolError) throw error;
          throw new ProtocolError(ErrorCode.internalError, maskError(error, logger, name));
        }
      },
    ]),
  );
}
