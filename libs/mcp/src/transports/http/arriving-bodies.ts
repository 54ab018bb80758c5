import { ARRIVAL_GRACE } from '../../platform/until-read.js';

/** A request body that is still arriving. */
export interface ArrivingBody {
  /** Counts bytes that have arrived. */
  add(bytes: number): void;
  /** Stops counting: the body is complete, refused or aborted. */
  end(): void;
}

/**
 * How to stop a body that is still arriving. One of the two functions is called, at most once, and only before the body
 * ends.
 */
export interface ArrivingBodyStops {
  /** Answers the client that the server has no room for the body. */
  readonly refuse: () => void;
  /** Ends the connection. */
  readonly cutOff: () => void;
}

/**
 * Counts the request bodies that are still arriving, over all transports of a server. Beyond `max` bytes the body that has been arriving
 * for longest is refused, so that slow clients do not take the room of the others.
 */
export class ArrivingBodies {
  /** Oldest first. */
  private readonly stops = new Map<ArrivingBody, ArrivingBodyStops>();
  private total = 0;
  private closed = false;

  constructor(private readonly max: number) {}

  /** Begins to count a body. */
  begin(stops: ArrivingBodyStops): ArrivingBody {
    let held = 0;
    const body: ArrivingBody = {
      add: (bytes) => {
        if (!this.stops.has(body)) return;
        held += bytes;
        this.total += bytes;
        this.makeRoom();
      },
      end: () => {
        if (this.stops.delete(body)) this.total -= held;
      },
    };
    this.stops.set(body, stops);
    if (this.closed) this.cutOffLater(body, stops);
    return body;
  }

  /**
   * Closes the connections of bodies that are still incomplete after a moment, so that they do not delay a shutdown. A
   * request whose body is complete by then is answered, if only by 503.
   */
  close(): void {
    this.closed = true;
    for (const [body, stops] of this.stops) this.cutOffLater(body, stops);
  }

  private cutOffLater(body: ArrivingBody, { cutOff }: ArrivingBodyStops): void {
    setTimeout(() => {
      if (!this.stops.has(body)) return;
      body.end();
      cutOff();
    }, ARRIVAL_GRACE).unref();
  }

  private makeRoom(): void {
    for (const [oldest, { refuse }] of this.stops) {
      if (this.total <= this.max) return;
      oldest.end();
      refuse();
    }
  }
}
