// The sandbox as the checks see it: a place to log in to, and the strings behind the stage.
import jsforce from 'jsforce';

export const EXTERNAL_ID = 'jtel_AcdEventsID__c';
export const GRANT = { grant_type: 'client_credentials' };

export class Sandbox {
  constructor(url) {
    this.url = url;
  }

  // A connection that is not logged in yet.
  connection(more = {}) {
    const oauth2 = { loginUrl: this.url, clientId: 'sandbox', clientSecret: 'sandbox', ...more.oauth2 };
    return new jsforce.Connection({ loginUrl: this.url, instanceUrl: this.url, version: '66.0', ...more, oauth2 });
  }

  // A connection that has logged in by itself, and does so again when its session ends.
  async connect(more = {}) {
    const refreshFn = async (connection, done) => {
      try {
        await connection.authorize(GRANT);
        done(null, connection.accessToken);
      } catch (problem) {
        done(problem);
      }
    };
    const connection = this.connection({ refreshFn, ...more });
    await connection.authorize(GRANT);
    return connection;
  }

  reset() {
    return this.control('/sandbox/reset');
  }

  fault(fault, more = {}) {
    return this.control('/sandbox/faults', { fault, ...more });
  }

  change(change, more = {}) {
    return this.control('/sandbox/org', { change, ...more });
  }

  async logins() {
    return (await (await fetch(`${this.url}/sandbox/calls`)).json()).logins;
  }

  async control(path, body = {}) {
    const answer = await fetch(this.url + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }
}

// Cases with the subjects 0000, 0001 …
export async function fill(connection, count) {
  const subjects = Array.from({ length: count }, (_, n) => ({ Subject: String(n).padStart(4, '0') }));
  await connection.create('Case', subjects, { allowRecursive: true });
}

// The code of the error that a call must end with.
export async function codeOf(call) {
  try {
    return { unexpected: (await call()) ?? null };
  } catch (problem) {
    return problem.errorCode ?? problem.name;
  }
}
