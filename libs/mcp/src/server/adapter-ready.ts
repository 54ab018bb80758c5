import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** Hands over the HTTP adapter: at once, or as soon as there is one (a testing module gets its adapter only after its providers). */
export function whenAdapterReady(
  host: HttpAdapterHost,
  use: (httpAdapter: AbstractHttpAdapter) => void,
): void {
  if (host.httpAdapter) {
    use(host.httpAdapter);
    return;
  }
  host.init$.subscribe(() => {
    // An application without HTTP gets none.
    if (host.httpAdapter) use(host.httpAdapter);
  });
}
