const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** Ids that say nothing of anybody, and that the service's support asks for. */
const HARMLESS = 'backupJobs/|operations?\\w*/|(?:tracking|correlation|request)[ -]id\\W{1,4}';

const TOKEN = /\b(Bearer|SharedKey|SharedAccessSignature)\s+[\w.~+/=:-]{8,}/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g;
const SECRET_VALUE = /\b(sig|accountkey|client_secret|password|access_token|refresh_token)(=|"\s*:\s*")[^\s"&;,}]+/gi;
const ID = new RegExp(`(${HARMLESS})?(${GUID})`, 'gi');
const PERSON = /[\w.+-]+(?:@|%40)[a-z][\w-]*(?:\.[\w-]+)+/gi;

/**
 * A text without what tells who and where: subscription and tenant ids keep their last four characters, addresses of people
 * their first letter, tokens and secrets nothing. Ids of jobs, operations and requests stay, for support.
 */
export function maskIds(text: string): string {
  return text
    .replace(TOKEN, '$1 …')
    .replace(JWT, '…')
    .replace(SECRET_VALUE, '$1$2…')
    .replace(ID, (found, harmless: string | undefined, id: string) => (harmless ? found : `…${id.slice(-4)}`))
    .replace(PERSON, (address) => `${address[0]}…@…`);
}
