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

/** An empty variable (as compose files pass it) counts as unset. */
const unlessEmpty = <Inner extends z.ZodType>(inner: Inner) =>
  z.preprocess((value) => (value === '' ? undefined : value), inner);

/** Checks and converts the environment at boot. A wrong variable stops the boot with its name and the rule. */
export const environmentSchema = z.object({
  /** Port to listen on; 0 takes a free one. */
  PORT: unlessEmpty(z.coerce.number().int().min(0).max(65_535).default(3000)),
  /** Address to listen on; the default is reachable from this machine only. */
  HOST: unlessEmpty(z.string().default('127.0.0.1')),
  /** Bearer tokens, comma-separated; with none, everyone may call. */
  MCP_TOKENS: tokens,
  /** Host names that clients may use, comma-separated. */
  ALLOWED_HOSTS: list,
  /** Web origins that may call, comma-separated. */
  ALLOWED_ORIGINS: list.pipe(z.array(origin)),
  /** The URL for clients, behind a reverse proxy. */
  PUBLIC_URL: unlessEmpty(publicUrl.optional()),
  /** File of the database. Without it the database is in memory. */
  DATABASE_FILE: unlessEmpty(z.string().optional()),
  /** URL of the Redis that lets several processes act as one server. Without it there is one process. */
  REDIS_URL: unlessEmpty(
    z.url({ protocol: /^rediss?$/, error: 'must be a redis(s) URL' }).optional(),
  ),
  /** Signs what is stored with clients. It is the same for all processes; required with REDIS_URL. */
  STATE_SECRET: unlessEmpty(z.string().min(32, 'must have at least 32 bytes').optional()),
  /** URL of the OTLP/HTTP collector for spans and metrics. Without it none are sent. */
  OTEL_EXPORTER_OTLP_ENDPOINT: unlessEmpty(
    z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  ),
});

/** The checked environment, for `ConfigService<Environment, true>`. */
export type Environment = z.infer<typeof environmentSchema>;
