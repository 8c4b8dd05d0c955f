import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { MailTemplate } from '../../src/notifications/mail-templates.ts';
import { resourcesOf, stackOf, templateOf } from '../support.ts';

it('is made of the files in the folder of its name', () => {
  const template = templateOf((stack) => new MailTemplate(stack, 'ReminderDue', 'todo-reminder-due'), {
    configuration: configurationOf({ kind: 'preview', pullRequest: 1 }),
  });
  const { Template } = resourcesOf([template], 'AWS::SES::Template')[0]?.Properties ?? {};
  expect(Template.TemplateName).toBe('todo-reminder-due-pr-1');
  expect(Template.SubjectPart).toBe('Due now: {{title}}');
  expect(Template.HtmlPart).toContain('{{titleHtml}}');
});

it('puts nothing into HTML that is not escaped', () => {
  const templates = resourcesOf([stackOf('Consumers', configurationOf({ kind: 'development' }))], 'AWS::SES::Template');
  for (const { Properties } of templates) {
    const attributes = Array.from((Properties.Template.HtmlPart as string).matchAll(/{{(\w+)}}/g), ([, name]) => name);
    expect(attributes.filter((name) => !/Html$|^dueAt$/.test(name as string))).toEqual([]);
  }
  const folder = resolve(import.meta.dirname, '../../../handlers/notification/templates');
  expect(templates.map(({ Properties }) => Properties.Template.TemplateName).sort()).toEqual(
    readdirSync(folder).sort(),
  );
});
