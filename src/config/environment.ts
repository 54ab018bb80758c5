import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    return entries.filter((entry) => entry !== '');
  });

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be origins such as https://app.example.com, without a path',
});

const tokens = z
  .string()
  .default('')
  .refine((text) => text.trim() === '' || /[^,\s]/.test(text), {
    error: 'holds no token: leave it empty to let everyone in, or name at least one',
  })
  .transform((text) => text.split(',').map((token) => token.trim()))
  .transform((entries) => entries.filter((token) => token !== ''));

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL', abort: true })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'must not carry credentials',
  });

/** An empty variable (as compose files pass it) counts as one that is not set. */
const unlessEmpty = <Inner extends z.ZodType>(inner: Inner) =>
  z.preprocess((value) => (value === '' ? undefined : value), inner);

/** Checks and converts the environment at boot; a wrong variable stops it with its name and the rule. */
export const environmentSchema = z.object({
  /** Port to listen on; 0 takes a free one. */
  PORT: unlessEmpty(z.coerce.number().int().min(0).max(65_535).default(3000)),
  /** Address to listen on; the default is reachable from this machine only. */
  HOST: unlessEmpty(z.string().default('127.0.0.1')),
  /** Bearer tokens, comma separated; empty lets everyone in. */
  MCP_TOKENS: tokens,
  /** Host names that clients may address, comma separated. */
  ALLOWED_HOSTS: list,
  /** Web origins that may call, comma separated. */
  ALLOWED_ORIGINS: list.pipe(z.array(origin)),
  /** The URL that clients see, behind a reverse proxy. */
  PUBLIC_URL: unlessEmpty(publicUrl.optional()),
  /** File of the database; in memory without it. */
  DATABASE_FILE: unlessEmpty(z.string().optional()),
  /** The Redis by which several processes serve as one; alone without it. */
  REDIS_URL: unlessEmpty(
    z.url({ protocol: /^rediss?$/, error: 'must be a redis(s) URL' }).optional(),
  ),
  /** Signs what travels through clients, the same for all processes; needed with REDIS_URL. */
  STATE_SECRET: unlessEmpty(z.string().min(32, 'must have at least 32 bytes').optional()),
  /** The OTLP/HTTP collector that gets spans and metrics; none without it. */
  OTEL_EXPORTER_OTLP_ENDPOINT: unlessEmpty(
    z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  ),
});

/** The checked environment, as `ConfigService<Environment, true>` hands it out. */
export type Environment = z.infer<typeof environmentSchema>;
