import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

/** Who signed in, as the guards and the services of the application know them. */
export interface User {
  id: string;
  roles: string[];
}

/** The secret of the tokens. An application has one of its own, in its environment. */
export const jwtSecret = process.env.JWT_SECRET ?? 'a secret of 32 bytes for this example';

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: jwtSecret,
      algorithms: ['HS256'],
    });
  }

  validate({ sub, roles = [] }: { sub: string; roles?: string[] }): User {
    return { id: sub, roles };
  }
}
