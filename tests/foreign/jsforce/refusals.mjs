// Calls that must fail, and the code that jsforce names for each; failures that pass, which it sits out.
import { codeOf, EXTERNAL_ID } from './sandbox.mjs';

const NOWHERE = '500Rb00000zzzzzIAA';
const refused = (call) => (connection) => codeOf(() => call(connection));
const onCreate = (fields) => refused((connection) => connection.create('Case', fields));
const onFault = (fault, more) => async (connection, sandbox) => {
  await sandbox.fault(fault, more);
  return codeOf(() => connection.create('Case', { Subject: 's' }));
};

export const field_unknown = onCreate({ No__c: 'x' });
export const text_too_long = onCreate({ Subject: 'x'.repeat(256) });
export const two_texts_too_long = onCreate({ Subject: 'x'.repeat(256), SuppliedName: 'x'.repeat(256) });
export const id_of_wrong_form = onCreate({ ContactId: '12345' });
export const email_of_wrong_form = onCreate({ SuppliedEmail: 'nobody' });
export const required_field_missing = refused((c) => c.create('Contact', { FirstName: 'Nobody' }));
export const object_unknown = refused((c) => c.create('No__c', { Name: 'x' }));
export const record_unknown = refused((c) => c.retrieve('Case', NOWHERE));
export const record_to_update_unknown = refused((c) => c.update('Case', { Id: NOWHERE, Subject: 's' }));
export const upsert_by_another_field = refused((c) => c.upsert('Case', { Subject: 'x' }, 'Subject'));
export const malformed_query = refused((c) => c.query('SELEKT Id FROM Case'));
export const column_unknown = refused((c) => c.query('SELECT No__c FROM Case'));
export const type_unknown = refused((c) => c.query('SELECT Id FROM No__c'));
export const locator_unknown = refused((c) => c.queryMore('01gRb0000000000AAA-2000'));
export const resource_unknown = refused((c) => c.request('/nothing'));
export const method_not_allowed = refused((c) => c.requestPut('/sobjects/Case', {}));
export const malformed_search = refused((c) => c.search("FIND 'Jones' IN ALL FIELDS"));

export const lock = onFault('lock');
export const daily_limit = onFault('daily_limit');
export const maintenance = onFault('maintenance');
export const unavailable = onFault('unavailable');
export const html_page = onFault('html');
export const empty_answer = onFault('empty');
export const validation_rule = onFault('error', { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' });

export async function several_records(connection, sandbox) {
  await sandbox.change('add-field', { object: 'Contact', field: 'Old__c', type: 'string', length: 9, external_id: true });
  await connection.create('Contact', ['One', 'Two'].map((LastName) => ({ LastName, Old__c: 'L' })));
  return codeOf(() => connection.upsert('Contact', { Old__c: 'L', FirstName: 'Both' }, 'Old__c'));
}

export async function restricted_picklist(connection, sandbox) {
  await sandbox.change('restrict-picklist', { object: 'Case', field: 'Origin', values: ['Web'] });
  return codeOf(() => connection.create('Case', { Origin: 'Phone' }));
}

export async function duplicate_rule(connection, sandbox) {
  await sandbox.change('duplicate-rule', { object: 'Case', field: 'SuppliedPhone', action: 'alert' });
  const wish = { SuppliedPhone: '+49 30 1' };
  await connection.create('Case', wish);
  const code = await codeOf(() => connection.create('Case', wish));
  const headers = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
  return [code, (await connection.create('Case', wish, { headers })).success];
}

export async function sits_out_unavailable(connection, sandbox) {
  await sandbox.fault('unavailable');
  return (await connection.query('SELECT Id FROM User')).totalSize;
}

export async function sits_out_reset(connection, sandbox) {
  await sandbox.fault('reset_before');
  return (await connection.query('SELECT Id FROM User')).totalSize;
}

export async function does_not_repeat_a_create(connection, sandbox) {
  await sandbox.fault('reset_after');
  const problem = await connection.create('Case', { [EXTERNAL_ID]: '1' }).catch((thrown) => thrown);
  return [problem instanceof Error, await connection.sobject('Case').count()];
}
