import { SessionLimitError } from './session-limit.error.js';
import { SessionManager, type Session } from './session.manager.js';

const ALICE = { subject: 'alice', scopes: [] };
const BOB = { subject: 'bob', scopes: [] };

function createManager(options: Partial<ConstructorParameters<typeof SessionManager>[0]> = {}) {
  return new SessionManager({ max: 3, maxPerOwner: 2, idleTimeout: 60_000, ...options });
}

function closed(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.whenClosed(resolve);
  });
}

describe('SessionManager', () => {
  let manager: SessionManager;

  afterEach(() => manager.closeAll());

  it('finds a session for its owner only', () => {
    manager = createManager();
    const session = manager.open(ALICE);
    expect(manager.find(session.id, { ...ALICE, scopes: ['other'] })).toBe(session);
    expect(manager.find(session.id, BOB)).toBeUndefined();
    expect(manager.find(session.id, undefined)).toBeUndefined();
    expect(manager.find('__proto__', undefined)).toBeUndefined();
  });

  it('replaces the anonymous session that was unused for longest', () => {
    manager = createManager();
    const first = manager.open(undefined);
    const second = manager.open(undefined);
    first.hold()();
    const third = manager.open(undefined);
    expect(second.closed).toBe(true);
    expect([first.closed, third.closed]).toEqual([false, false]);
    expect(manager.count).toBe(2);
  });

  it('refuses a session when all those of its owner are in use', () => {
    manager = createManager();
    manager.open(undefined).hold();
    manager.open(undefined).hold();
    expect(() => manager.open(undefined)).toThrow(SessionLimitError);
    expect(() => manager.open(ALICE)).not.toThrow();
  });

  it('ends no session of a named caller to make room', () => {
    manager = createManager();
    manager.open(ALICE);
    manager.open(ALICE);
    manager.open(BOB);
    expect(() => manager.open(undefined)).toThrow(SessionLimitError);
    expect(manager.count).toBe(3);
  });

  it('ends no session of others under a limit of the owner', () => {
    manager = createManager();
    const anonymous = manager.open(undefined);
    manager.open(ALICE);
    manager.open(ALICE);
    expect(() => manager.open(ALICE)).toThrow(SessionLimitError);
    expect(anonymous.closed).toBe(false);
    manager.open(BOB);
    expect(anonymous.closed).toBe(true);
  });

  it('ends a session without holds after the idle time, and none with a hold', async () => {
    manager = createManager({ idleTimeout: 40 });
    const idle = manager.open(ALICE);
    const held = manager.open(ALICE);
    for (const session of [idle, held]) session.markInitialized();
    const letGo = held.hold();
    await closed(idle);
    expect(held.closed).toBe(false);
    letGo();
    await closed(held);
    expect(manager.count).toBe(0);
  });

  it('ends a session that is not initialised in time, though it is held', async () => {
    manager = createManager({ initTimeout: 40 });
    const session = manager.open(ALICE);
    session.hold();
    await closed(session);
    expect(manager.count).toBe(0);
  });

  it('applies no limits and timeouts to local sessions', () => {
    manager = createManager({ max: 0 });
    expect(manager.open(undefined, { local: true }).closed).toBe(false);
    expect(() => manager.open(undefined)).toThrow(SessionLimitError);
  });

  it('counts a hold once, however often it is released', () => {
    manager = createManager();
    const session = manager.open(ALICE);
    const first = session.hold();
    session.hold();
    first();
    first();
    expect(session.unused).toBe(false);
  });

  it('opens no session after drain()', () => {
    manager = createManager();
    manager.drain();
    expect(() => manager.open(ALICE)).toThrow('shutting down');
  });
});
