// What the org is made of, and what of it is used up.

export async function describe(connection) {
  const { name, keyPrefix, fields } = await connection.describe('Case');
  const named = Object.fromEntries(fields.map((field) => [field.name, field]));
  const { externalId, unique } = named.jtel_AcdEventsID__c;
  return [name, keyPrefix, externalId, unique, named.Origin.picklistValues.map((entry) => entry.value)];
}

export async function describe_global(connection) {
  const { sobjects } = await connection.describeGlobal();
  const wanted = ['Account', 'Case', 'Contact', 'Lead', 'User'];
  return wanted.filter((name) => sobjects.some((entry) => entry.name === name));
}

export async function recent(connection) {
  return Array.isArray(await connection.recent('Case'));
}

export async function limit_info(connection) {
  await connection.query('SELECT Id FROM User');
  return connection.limitInfo;
}

export async function limits(connection) {
  return (await connection.limits()).DailyApiRequests;
}

export async function versions(connection) {
  const all = await connection.request('/services/data');
  return [all.at(-1).version, all.every((entry) => entry.url === `/services/data/v${entry.version}`)];
}

// 50.0, unless another version is asked for.
export async function version_of_the_library(_connection, sandbox) {
  const connection = await sandbox.connect({ version: undefined });
  return (await connection.query('SELECT Id FROM User')).totalSize;
}

export async function oldest_version(_connection, sandbox) {
  const connection = await sandbox.connect({ version: '31.0' });
  const [oldest] = await connection.request('/services/data');
  return [oldest.version, (await connection.query('SELECT Id FROM User')).totalSize];
}

// Below 46.0 an upsert of what is there has no body; jsforce makes up its own.
export async function upsert_before_46(_connection, sandbox) {
  const connection = await sandbox.connect({ version: '45.0' });
  const wish = { jtel_AcdEventsID__c: '1', Subject: 's' };
  const first = await connection.upsert('Case', wish, 'jtel_AcdEventsID__c');
  return [first.success, await connection.upsert('Case', wish, 'jtel_AcdEventsID__c')];
}
