import { expect, it } from 'vitest';
import { capabilitiesOf } from '../src/capabilities.ts';

it('pushes to devices only where there are credentials, and notifications at all', () => {
  expect(capabilitiesOf(false, [], {}).push).toEqual({ enabled: false });
  expect(capabilitiesOf(false, [], { pushSecret: 'push' }).push).toEqual({ enabled: true, secretName: 'push' });
  expect(capabilitiesOf(false, ['notifications'], { pushSecret: 'push' }).push).toEqual({ enabled: false });
  expect(capabilitiesOf(false, ['push'], { pushSecret: 'push' }).push).toEqual({ enabled: false });
});

it('writes to nobody that people did not name', () => {
  expect(capabilitiesOf(true, [], { mailDomain: 'mail.example.org' }).notifications).toEqual({
    enabled: true,
    mailDomain: 'mail.example.org',
    fallbackRecipient: 'success@simulator.amazonses.com',
  });
});
