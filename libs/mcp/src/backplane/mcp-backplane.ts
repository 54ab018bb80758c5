/** A counter that bounds how many records there are: the record is refused where the counter has as many as it may have. */
export interface McpBackplaneCounter {
  readonly name: string;
  readonly max: number;
}

/** How a record is kept. */
export interface McpBackplaneRecordOptions {
  /** ms after the last `create` or `touch` until the record is gone. */
  readonly ttl: number;
  /** The counters that the record counts in, as long as it is there. */
  readonly counters?: readonly McpBackplaneCounter[];
}

/** Bounds what records and logs together take: those that were written longest ago go first. */
export interface McpBackplaneBudget {
  readonly name: string;
  /** Bytes of all that count in it. */
  readonly bytes: number;
}

/** How much a log keeps. */
export interface McpBackplaneLogOptions {
  /** ms after the last `append` until the log is gone. */
  readonly ttl: number;
  /** Entries; beyond them the oldest go. */
  readonly entries: number;
  /** Bytes of all entries; beyond them the oldest go. */
  readonly bytes: number;
  /** What the log counts in beside others. */
  readonly budget?: McpBackplaneBudget;
}

/** An entry of a log, and where it stands. */
export interface McpBackplaneEntry {
  readonly position: string;
  readonly text: string;
}

/** One server in one process, as it joins the others of its name. */
export interface McpBackplaneMember {
  /** Servers of different names never meet, in data or in messages. */
  readonly server: string;
  /** Id of this process, unique among all that ever join. */
  readonly process: string;
  /** Takes a message of another process, in the order in which that one has published them. */
  receive(message: string): void;
  /** Another process has left, or has shown no sign of life for too long (10,000 ms at most). */
  left(process: string): void;
  /** Messages of other processes may not have come through: what this process remembers has to be read again. */
  missed(): void;
  /** Everything that was kept is gone: what this process remembers of it has no record any more. */
  emptied(): void;
}

/**
 * Where the processes of one server keep what they share. A record is a set of named texts, a log is a list of texts. Every method
 * rejects where the engine does not answer, after 3,000 ms at the latest.
 */
export interface McpBackplaneLink {
  /** Makes a record. `false`: a counter has no room for it, and nothing was kept. */
  create(
    key: string,
    fields: Readonly<Record<string, string>>,
    options: McpBackplaneRecordOptions,
  ): Promise<boolean>;
  /** The fields of a record; `undefined`: there is none. */
  read(key: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Sets and removes fields at once. `false`: there is no such record, and none was made. */
  change(
    key: string,
    set: Readonly<Record<string, string>>,
    remove?: readonly string[],
  ): Promise<boolean>;
  /**
   * Sets a field that is absent, or that has the value `instead`. Resolves with the value that the field has now; `undefined`: there
   * is no such record. Of two processes that claim the same field one wins.
   */
  claim(key: string, field: string, value: string, instead?: string): Promise<string | undefined>;
  /** Keeps a record for another `ttl`. `false`: there is no such record. */
  touch(key: string, options: McpBackplaneRecordOptions): Promise<boolean>;
  /** Counts a record with so many bytes in a budget; others go where it is exceeded. */
  charge(key: string, bytes: number, budget: McpBackplaneBudget): Promise<void>;
  /** Forgets a record or a log. `counters`, `budget`: the names of those that it counted in. */
  delete(key: string, counters?: readonly string[], budget?: string): Promise<void>;
  /** How many records count in that counter. */
  count(counter: string): Promise<number>;
  /** Adds to a log. */
  append(log: string, entry: string, options: McpBackplaneLogOptions): Promise<void>;
  /** The entries of a log in their order; `after`: only those that follow that position. */
  entries(log: string, after?: string): Promise<readonly McpBackplaneEntry[]>;
  /**
   * Sends a message to one process, or to all the others. `false`: the process that it was meant for does not take it, because it is
   * gone.
   */
  publish(message: string, process?: string): Promise<boolean>;
  /** Whether a process of the server shows signs of life. */
  isAlive(process: string): Promise<boolean>;
  /** Leaves the others, and gives up every connection of its own. */
  leave(): Promise<void>;
}

/**
 * What lets several processes serve as one server: `redisBackplane()` of `nestjs-mcp/redis`, or an engine of your own behind the same
 * interface. One object serves all named servers of an application.
 */
export interface McpBackplane {
  /** Joins the processes of a server. Rejects where the engine cannot be reached: the application does not start then. */
  join(member: McpBackplaneMember): Promise<McpBackplaneLink>;
}
