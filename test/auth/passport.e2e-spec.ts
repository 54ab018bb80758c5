import { Injectable } from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { SignJWT } from 'jose';
import { McpContext, McpModule, McpTool } from 'nestjs-mcp';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { startApp, httpWays, type StartedApp } from '../support/start-app.js';
import { initialize, postMessage } from './requests.js';

const secret = 'thirty-two bytes are long enough';

interface Payload {
  sub: string;
  scope?: string;
}

@Injectable()
class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: secret,
      algorithms: ['HS256'],
    });
  }

  validate({ sub, scope }: Payload) {
    return { id: sub, scope, name: 'Anna' };
  }
}

class WhoTools {
  @McpTool({ scopes: ['read'] })
  whoAmI(context: McpContext) {
    return { subject: context.auth?.subject, user: context.auth?.user };
  }
}

function sign(claims: Payload): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(Buffer.from(secret));
}

describe("passport's AuthGuard on the MCP routes", () => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await startApp({
      mcp: false,
      imports: [
        PassportModule,
        McpModule.forRoot({ name: 'shop', version: '1', guards: [AuthGuard('jwt')] }),
      ],
      providers: [JwtStrategy, WhoTools],
    });
  });
  afterAll(() => app.close());

  it('refuses callers without a token, with a challenge', async () => {
    const response = await postMessage(app.url, initialize);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="shop"');
  });

  it.each(httpWays)('determines the caller over %s, and its scopes', async (over) => {
    const client = await app.connect({ over, token: await sign({ sub: 'anna', scope: 'read' }) });
    const { structuredContent } = await client.callTool({ name: 'who_am_i' });
    expect(structuredContent).toEqual({
      subject: 'anna',
      user: { id: 'anna', scope: 'read', name: 'Anna' },
    });
    const other = await app.connect({ over, token: await sign({ sub: 'bert' }) });
    expect((await other.listTools()).tools).toEqual([]);
  });
});
