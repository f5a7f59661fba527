// Records, one at a time and by the hundred.
import { codeOf, EXTERNAL_ID, fill } from './sandbox.mjs';

const ones = (results) => results.filter((result) => result.success).length;

export async function create(connection) {
  const { id, ...rest } = await connection.create('Case', { Subject: 'Rückruf', [EXTERNAL_ID]: '1' });
  return [id.length, rest];
}

export async function replay(connection) {
  const { id } = await connection.create('Case', { [EXTERNAL_ID]: '1' });
  try {
    await connection.create('Case', { [EXTERNAL_ID]: '1' });
    return null;
  } catch (problem) {
    return [problem.errorCode, problem.message.includes(EXTERNAL_ID), problem.message.includes(id.slice(0, 15))];
  }
}

export async function upsert(connection) {
  const wish = { [EXTERNAL_ID]: '77', Subject: 's' };
  const first = await connection.upsert('Case', wish, EXTERNAL_ID);
  const second = await connection.upsert('Case', { ...wish, Subject: 't' }, EXTERNAL_ID);
  const { Subject: subject } = await connection.retrieve('Case', first.id);
  return [first.created, second.created, first.id === second.id, subject];
}

export async function retrieve(connection) {
  const { id } = await connection.create('Case', { Subject: 's' });
  const whole = await connection.retrieve('Case', id);
  const some = await connection.retrieve('Case', id, { fields: ['Subject', 'Status'] });
  return [whole.attributes.type, whole.Subject, whole.Status, Object.keys(some).sort()];
}

export async function retrieve_many(connection) {
  const made = await connection.create('Case', [{ Subject: '0' }, { Subject: '1' }]);
  const ids = [made[1].id, '500Rb00000zzzzzIAA', made[0].id];
  const found = await connection.retrieve('Case', ids);
  return found.map((row) => row?.Subject ?? null);
}

export async function update(connection) {
  const { id } = await connection.create('Case', { Subject: 's' });
  const { success } = await connection.update('Case', { Id: id, Status: 'Closed' });
  return [success, (await connection.retrieve('Case', id)).IsClosed];
}

export async function destroy(connection) {
  const { id } = await connection.create('Case', { Subject: 's' });
  const { success } = await connection.destroy('Case', id);
  return [success, await codeOf(() => connection.destroy('Case', id))];
}

export async function headers(connection) {
  const { id } = await connection.create('Case', { Subject: 's' }, { headers: { 'Sforce-Auto-Assign': 'FALSE' } });
  return (await connection.retrieve('Case', id)).OwnerId === connection.userInfo.id;
}

export async function collection_create(connection) {
  const cases = Array.from({ length: 200 }, (_, n) => (n % 4 ? { [EXTERNAL_ID]: `${n}` } : { Subject: 'x'.repeat(256) }));
  const results = await connection.create('Case', cases);
  const codes = results.map((result) => (result.success ? 'ok' : result.errors[0].statusCode));
  return [results.length, codes.slice(0, 5), ones(results), results[0].errors[0].fields];
}

export async function collection_of_201(connection) {
  return codeOf(() => connection.create('Case', Array.from({ length: 201 }, () => ({ Subject: 's' }))));
}

export async function collection_all_or_none(connection) {
  const results = await connection.create('Case', [{ Subject: 's' }, { No__c: 's' }], { allOrNone: true });
  const left = await connection.sobject('Case').count();
  return [results.map((result) => result.errors[0].statusCode), left];
}

export async function collection_upsert(connection) {
  await connection.create('Case', { [EXTERNAL_ID]: '1' });
  const wish = ['1', '2'].map((value) => ({ [EXTERNAL_ID]: value, Subject: 's' }));
  return (await connection.upsert('Case', wish, EXTERNAL_ID)).map(({ success, created }) => [success, created]);
}

export async function collection_update(connection) {
  await fill(connection, 3);
  const { records } = await connection.query('SELECT Id FROM Case ORDER BY Subject');
  const [first, second] = await connection.update('Case', [
    { Id: records[0].Id, Status: 'Working' },
    { Id: records[1].Id, ContactId: '12345' },
  ]);
  return [first.success, second.success, second.errors[0].statusCode];
}

export async function collection_destroy(connection) {
  await fill(connection, 3);
  const ids = (await connection.query('SELECT Id FROM Case')).records.map((record) => record.Id);
  return [ones(await connection.destroy('Case', ids)), await connection.sobject('Case').count()];
}

export async function composite(connection) {
  const url = '/services/data/v66.0/sobjects/Case';
  const calls = [
    { method: 'POST', url, referenceId: 'made', body: { Subject: 's' } },
    { method: 'PATCH', url: `${url}/@{made.id}`, referenceId: 'changed', body: { Status: 'Working' } },
    { method: 'GET', url: `${url}/@{made.id}?fields=Status`, referenceId: 'read' },
  ];
  const { compositeResponse: parts } = await connection.requestPost('/composite', { compositeRequest: calls });
  return [parts.map((part) => part.httpStatusCode), parts[1].body, parts[2].body.Status];
}
