// Queries in SOQL, queries that jsforce writes, pages, and searches.
import { fill } from './sandbox.mjs';

const headers = { 'Sforce-Query-Options': 'batchSize=200' };

export async function query(connection) {
  const answer = await connection.query("SELECT Id, Name, Account.Name FROM Contact WHERE LastName = 'Neumann'");
  const [row] = answer.records;
  return [answer.totalSize, answer.done, row.attributes.type, row.Name, row.Account.Name];
}

export async function query_auto_fetch(connection) {
  await fill(connection, 450);
  const answer = await connection.query('SELECT Subject FROM Case', { headers, autoFetch: true, maxFetch: 1000 });
  return [answer.totalSize, answer.done, new Set(answer.records.map((row) => row.Subject)).size];
}

export async function query_more(connection) {
  await fill(connection, 450);
  let page = await connection.query('SELECT Subject FROM Case ORDER BY Subject', { headers });
  const seen = [];
  for (;;) {
    seen.push([page.records.length, page.records[0].Subject, page.done]);
    if (page.done) return seen;
    page = await connection.queryMore(page.nextRecordsUrl, { headers });
  }
}

export async function query_events(connection) {
  await fill(connection, 250);
  const query = connection.query('SELECT Id FROM Case', { headers });
  const rows = new Set();
  query.on('record', (row) => rows.add(row.Id));
  await query.run({ autoFetch: true, maxFetch: 1000 });
  return [rows.size, query.totalFetched];
}

export async function query_all(connection) {
  await fill(connection, 2);
  const { records } = await connection.query('SELECT Id FROM Case');
  await connection.destroy('Case', records[0].Id);
  const all = await connection.query('SELECT Id, IsDeleted FROM Case ORDER BY IsDeleted', { scanAll: true });
  return all.records.map((row) => row.IsDeleted);
}

export async function find(connection) {
  await fill(connection, 20);
  const cases = connection.sobject('Case');
  const found = await cases
    .find({ Subject: { $like: '00%', $gte: '0005' }, Status: { $in: ['New', 'Working'] } }, ['Id', 'Subject'])
    .sort('-Subject')
    .limit(3)
    .skip(2);
  return found.map((row) => row.Subject);
}

export async function find_dates(connection) {
  await fill(connection, 1);
  const { SfDate } = (await import('jsforce')).default;
  const since = SfDate.toDateTimeLiteral(new Date(Date.now() - 60000));
  return (await connection.sobject('Case').find({ CreatedDate: { $gte: since }, ContactId: null }, 'Id')).length;
}

export async function find_everything(connection) {
  const row = await connection.sobject('Contact').findOne({ CustomerNo__c: 'P-2001' });
  return [row.Name, row.Email];
}

export async function count(connection) {
  return connection.sobject('User').count({ IsActive: true });
}

export async function search(connection) {
  const answer = await connection.search('FIND {01715550101} IN PHONE FIELDS RETURNING Contact(Id, Name)');
  return answer.searchRecords.map((row) => [row.attributes.type, row.Name]);
}
