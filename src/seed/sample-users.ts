import type { User } from '../users/user.entity.js';
import type { Random } from './random.js';

const givenNames = [
  'Amara',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hugo',
  'Ingrid',
  'Jonas',
  'Katja',
  'Liam',
] as const;

const familyNames = ['Halvorsen', 'Okafor', 'Rossi', 'Novak', 'Yılmaz', 'Lindqvist'] as const;

const cities = [
  'Bergen',
  'Lisbon',
  'Graz',
  'Gdańsk',
  'Turin',
  'Utrecht',
  'Porto',
  'Aarhus',
] as const;

/** Creates a user for every given name with every family name: 72 users, of whom the first few work for the shop. */
export function createSampleUsers(random: Random): Omit<User, 'id'>[] {
  return familyNames.flatMap((familyName, familyIndex) =>
    givenNames.map((givenName, givenIndex) => {
      const position = familyIndex * givenNames.length + givenIndex;
      return {
        name: `${givenName} ${familyName}`,
        email: `${toAscii(givenName)}.${toAscii(familyName)}@example.com`,
        role: position < 2 ? 'manager' : position < 8 ? 'clerk' : 'customer',
        city: random.pick(cities),
        createdAt: new Date(Date.UTC(2025, random.between(0, 11), random.between(1, 28), 9)),
      };
    }),
  );
}

function toAscii(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace('ı', 'i')
    .toLowerCase();
}
