/** A counter that limits the number of records: a record is refused if the counter has reached its limit. */
export interface McpBackplaneCounter {
  readonly name: string;
  readonly max: number;
}

/** The lifetime and the counters of a record. */
export interface McpBackplaneRecordOptions {
  /** Time in ms after the last `create` or `touch` after which the record is deleted. */
  readonly ttl: number;
  /** The counters that count the record as long as it exists. */
  readonly counters?: readonly McpBackplaneCounter[];
}

/** Limits the memory of records and logs together: those that were written longest ago are deleted first. */
export interface McpBackplaneBudget {
  readonly name: string;
  /** The bytes of everything in the budget. */
  readonly bytes: number;
}

/** The limits of a log. */
export interface McpBackplaneLogOptions {
  /** Time in ms after the last `append` after which the log is deleted. */
  readonly ttl: number;
  /** The most entries; beyond them the oldest are dropped. */
  readonly entries: number;
  /** The most bytes of all entries; beyond them the oldest are dropped. */
  readonly bytes: number;
  /** The budget that the log shares with others. */
  readonly budget?: McpBackplaneBudget;
}

/** An entry of a log, and its position. */
export interface McpBackplaneEntry {
  readonly position: string;
  readonly text: string;
}

/** One server in one process, as a member of the backplane. */
export interface McpBackplaneMember {
  /** The name of the server. Servers of different names share neither data nor messages. */
  readonly server: string;
  /** The id of this process, unique among all members. */
  readonly process: string;
  /** Receives a message of another process, in the order in which that process published them. */
  receive(message: string): void;
  /** Called when another process has left, or has sent no heartbeat for too long (10,000 ms at most). */
  left(process: string): void;
  /** Called when messages of other processes may be lost: cached data must be read again. */
  missed(): void;
  /** Called when all data is lost: cached data has no record any more. */
  emptied(): void;
}

/**
 * The shared storage and messages of the processes of one server. A record is a set of named texts, a log is a list of
 * texts. Every method rejects if the engine does not answer, after 3,000 ms at the latest.
 */
export interface McpBackplaneLink {
  /** Creates a record. Resolves with `false` if a counter has reached its limit; then nothing is stored. */
  create(
    key: string,
    fields: Readonly<Record<string, string>>,
    options: McpBackplaneRecordOptions,
  ): Promise<boolean>;
  /** The fields of a record; `undefined` if there is none. */
  read(key: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Sets and removes fields in one step. Resolves with `false` if there is no such record; none is created. */
  change(
    key: string,
    set: Readonly<Record<string, string>>,
    remove?: readonly string[],
  ): Promise<boolean>;
  /**
   * Sets a field that is absent, or that has the value `instead`. Resolves with the current value of the field;
   * `undefined` if there is no such record. If two processes claim the same field, one of them succeeds.
   */
  claim(key: string, field: string, value: string, instead?: string): Promise<string | undefined>;
  /** Extends the lifetime of a record by another `ttl`. Resolves with `false` if there is no such record. */
  touch(key: string, options: McpBackplaneRecordOptions): Promise<boolean>;
  /** Adds a record of that many bytes to a budget; others are deleted if the budget is exceeded. */
  charge(key: string, bytes: number, budget: McpBackplaneBudget): Promise<void>;
  /** Deletes a record or a log. `counters`, `budget`: the names of those that it counts in. */
  delete(key: string, counters?: readonly string[], budget?: string): Promise<void>;
  /** The number of records in that counter. */
  count(counter: string): Promise<number>;
  /** Appends to a log. */
  append(log: string, entry: string, options: McpBackplaneLogOptions): Promise<void>;
  /** The entries of a log, in order; `after`: only those after that position. */
  entries(log: string, after?: string): Promise<readonly McpBackplaneEntry[]>;
  /** Sends a message to one process, or to all others. Resolves with `false` if that one process is gone. */
  publish(message: string, process?: string): Promise<boolean>;
  /** Whether a process of the server is alive. */
  isAlive(process: string): Promise<boolean>;
  /** Leaves the other processes, and closes all connections that it has opened itself. */
  leave(): Promise<void>;
}

/**
 * Lets several processes act as one server: `redisBackplane()` of `nestjs-mcp/redis`, or your own implementation of
 * this interface. One object serves all named servers of an application.
 */
export interface McpBackplane {
  /**
   * Joins the processes of a server. If it rejects, because the engine cannot be reached, the application does not
   * start.
   */
  join(member: McpBackplaneMember): Promise<McpBackplaneLink>;
}
