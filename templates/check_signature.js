// The signature of the statement (OpenSSH's, ed25519), as far as a browser can check one.

const NAMESPACE = document.documentElement.dataset.namespace;
const SIGNATURE = `${TRAIL}signatures/statement.sig`;
const PLAIN_HASHES = { sha256: "SHA-256", sha512: "SHA-512" };
const UNTOLD = "Whose key it is, only a list of allowed signers can tell: trialtrail check-signature.";
const ELSEWHERE = "It was not checked here: trialtrail check-signature does.";

// The parts of a blob in SSH's form, each with its length before it.
function partsOf(bytes, many) {
  const parts = [];
  let at = 0;
  for (let n = 0; n < many; n += 1) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
    if (at + 4 + length > bytes.length) damaged("cut off");
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

function joinedBytes(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function withLength(bytes) {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return joinedBytes(length, bytes);
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// What is to be said of the signature: [whether it holds (null: not known), text].
async function signatureOf(folder) {
  if (!folder.exists(SIGNATURE)) return [null, "No signature is here."];
  const [signed, statement] = [folder.text(SIGNATURE), folder.bytes(STATEMENT)];
  if (folder.wanted.size) { await folder.readWanted(); return signatureOf(folder); }
  let key, rest;
  try {
    const armoured = /^-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/.exec(signed) || damaged("no signature");
    const blob = fromBase64(armoured[1].replace(/\s/g, ""));
    if (roughly(blob.subarray(0, 6)) !== "SSHSIG") damaged("no signature");
    const [publicKey, namespace, reserved, hash, signature] = partsOf(blob.subarray(10), 5);
    const [kind, raw] = partsOf(publicKey, 2);
    if (roughly(namespace) !== NAMESPACE) return [false, `The signature was made for another purpose: ${roughly(namespace)}.`];
    if (roughly(kind) !== "ssh-ed25519") return [null, `A signature of kind ${roughly(kind)} is here. ${ELSEWHERE}`];
    key = { raw, print: btoa(String.fromCharCode(...fromHex(sha256(publicKey)))).replace(/=+$/, "") };
    rest = { namespace, reserved, hash, made: partsOf(signature, 2)[1] };
  } catch {
    return [false, "The signature is damaged."];
  }
  try {
    const subtle = globalThis.crypto.subtle;
    const digest = new Uint8Array(await subtle.digest(PLAIN_HASHES[roughly(rest.hash)], statement));
    const message = joinedBytes(utf8("SSHSIG"), ...[rest.namespace, rest.reserved, rest.hash, digest].map(withLength));
    const known = await subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    const holds = await subtle.verify({ name: "Ed25519" }, known, rest.made, message);
    if (holds) return [true, `A signature with the key SHA256:${key.print} holds for the statement. ${UNTOLD}`];
    return [false, `The signature with the key SHA256:${key.print} does not hold for the statement.`];
  } catch {
    return [null, `A signature is here, and this browser cannot check its kind. ${ELSEWHERE}`];
  }
}

const fromHex = (hex) => hex.match(/../g).map((pair) => parseInt(pair, 16));
