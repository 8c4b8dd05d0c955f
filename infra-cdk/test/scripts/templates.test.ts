import { expect, it } from 'vitest';
import { firstDifference } from '../../scripts/templates.ts';

const one = new Map([['A.template.json', '{\n  "a": 1\n}\n']]);

it('finds no difference between the same templates', () => {
  expect(firstDifference(one, new Map(one))).toBeUndefined();
});

it('shows the first lines that differ', () => {
  const difference = firstDifference(one, new Map([['A.template.json', '{\n  "a": 2\n}\n']]));
  expect(difference).toMatch(/^templates\/A\.template\.json:2\n- {3}"a": 1\n[^]*\+ {3}"a": 2\n/);
});

it('names a template that is missing or left over', () => {
  expect(firstDifference(new Map(), one)).toBe("templates/A.template.json isn't committed");
  expect(firstDifference(one, new Map())).toBe('templates/A.template.json is of a stack that no longer exists');
});
