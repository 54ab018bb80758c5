import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/**
 * Calls `use` once with the HTTP adapter of an application, as soon as it is set. A testing module sets it after its providers, and an
 * application without HTTP never does.
 */
export function whenAdapterReady(
  host: HttpAdapterHost,
  use: (httpAdapter: AbstractHttpAdapter) => void,
): void {
  if (host.httpAdapter) {
    use(host.httpAdapter);
    return;
  }
  const { init$ } = host as Partial<Pick<HttpAdapterHost, 'init$'>>;
  if (init$) {
    init$.subscribe(() => {
      // An application without HTTP has none.
      if (host.httpAdapter) use(host.httpAdapter);
    });
    return;
  }
  whenSet(host, use);
}

/** Nest 11.0 emits no event when the adapter is set, so the first assignment is observed. */
function whenSet(host: HttpAdapterHost, use: (httpAdapter: AbstractHttpAdapter) => void): void {
  const inner = Object.getOwnPropertyDescriptor(host, 'httpAdapter');
  Object.defineProperty(host, 'httpAdapter', {
    configurable: true,
    enumerable: inner?.enumerable ?? false,
    get: () => undefined,
    set: (httpAdapter: AbstractHttpAdapter | undefined) => {
      if (inner) Object.defineProperty(host, 'httpAdapter', inner);
      else delete (host as { httpAdapter?: unknown }).httpAdapter;
      host.httpAdapter = httpAdapter as AbstractHttpAdapter;
      if (httpAdapter) use(httpAdapter);
    },
  });
}
