// Logging in, being someone, being logged out, and logging in again.
import { codeOf, GRANT } from './sandbox.mjs';

export async function authorize(connection, sandbox) {
  const { id, organizationId } = connection.userInfo;
  return [connection.instanceUrl === sandbox.url, id.slice(0, 3), organizationId.slice(0, 3)];
}

export async function identity(connection) {
  const { username, user_id: id, organization_id: org } = await connection.identity();
  return [username, id === connection.userInfo.id, org === connection.userInfo.organizationId];
}

export async function identity_without_login(connection) {
  connection.userInfo = undefined;
  return (await connection.identity()).username;
}

export async function refresh(connection, sandbox) {
  const before = connection.accessToken;
  await sandbox.change('void-sessions');
  const { success } = await connection.create('Case', { Subject: 'after the night' });
  return [success, before !== connection.accessToken, await sandbox.logins()];
}

export async function refresh_once_for_many(connection, sandbox) {
  await sandbox.change('void-sessions');
  const calls = Array.from({ length: 10 }, () => connection.query('SELECT Id FROM User'));
  return [(await Promise.all(calls)).map((answer) => answer.totalSize), await sandbox.logins()];
}

export async function session_not_for_rest(connection, sandbox) {
  await sandbox.change('void-sessions', { rest_only: true });
  return [await codeOf(() => connection.limits()), await sandbox.logins()];
}

export async function session_without_refresh(connection, sandbox) {
  const bare = sandbox.connection({ accessToken: connection.accessToken });
  bare._refreshDelegate = undefined;
  await sandbox.change('void-sessions');
  return codeOf(() => bare.limits());
}

// As Salesforce's own command line calls, which keeps its address with a slash at the end.
export async function slash_after_the_instance(connection, sandbox) {
  const { accessToken } = connection;
  const slashed = sandbox.connection({ accessToken, instanceUrl: `${sandbox.url}/` });
  return (await slashed.query('SELECT Id FROM User')).totalSize;
}

export async function logout(connection, sandbox) {
  const { accessToken } = connection;
  await connection.logout();
  const answer = await fetch(`${sandbox.url}/services/data/v66.0/limits`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  return answer.status;
}

export async function wrong_secret(_connection, sandbox) {
  return codeOf(() => sandbox.connection({ oauth2: { clientSecret: 'wrong' } }).authorize(GRANT));
}

export async function wrong_grant(_connection, sandbox) {
  return codeOf(() => sandbox.connection().authorize({ grant_type: 'magic' }));
}

export async function password_grant(_connection, sandbox) {
  return codeOf(() => sandbox.connection().loginByOAuth2('integration@sandbox.example', 'p'));
}

export async function soap_login(_connection, sandbox) {
  try {
    await sandbox.connection({ version: '64.0' }).loginBySoap('integration@sandbox.example', 'p');
    return null;
  } catch (problem) {
    return problem.message.split(':')[0];
  }
}
