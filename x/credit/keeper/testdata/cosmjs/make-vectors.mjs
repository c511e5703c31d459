// Makes vectors.json, which the tests of x/credit hold against the chain: credits that
// are signed without a line of the project's code. The texts are built here as
// docs/credit-signature.md specifies them; keys, addresses, documents and signatures are
// CosmJS's. `make vectors` runs it.
import { writeFileSync } from "node:fs";
import {
  createMultisigThresholdPubkey, encodeSecp256k1Pubkey, makeSignDoc, pubkeyToAddress, Secp256k1HdWallet, serializeSignDoc,
} from "@cosmjs/amino";
import { Bip39, EnglishMnemonic, Secp256k1, sha256, Slip10, Slip10Curve, stringToPath } from "@cosmjs/crypto";

const prefix = "parrot";
const chainId = "parrots-test-1";
// The commit that the test makes of the contributions below, on its own fixture.
const commit = "bafyreicqj6enw5rnimycacuioi7ukfyx25db3yjsbplmjyd2joiwecricq";

const mnemonics = {
  guitarist: "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
  singer: "legal winner thank year wave sausage worth useful legal winner thank yellow",
  pianist: "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
  guest: "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
};

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

// The document of ADR-036 over a text.
function document(signer, text) {
  const msg = { type: "sign/MsgSignData", value: { signer, data: base64(Buffer.from(text, "utf8")) } };
  return makeSignDoc([msg], { gas: "0", amount: [] }, "", "", 0, 0);
}

function signed(signer, pubkey, text, signature) {
  return { signer, pub_key: pubkey, sign_bytes: hex(serializeSignDoc(document(signer, text))), signature };
}

// A person's wallet, which signs as Keplr does.
async function wallet(mnemonic) {
  const w = await Secp256k1HdWallet.fromMnemonic(mnemonic, { prefix });
  const [{ address, pubkey }] = await w.getAccounts();
  const sign = async (text) => {
    const { signature } = await w.signAmino(address, document(address, text));
    return signed(address, base64(pubkey), text, signature.signature);
  };
  return { address, pubkey, sign };
}

// A guest's one-time key is no wallet: the curve's own functions sign.
async function oneTimeKey(mnemonic) {
  const seed = await Bip39.mnemonicToSeed(new EnglishMnemonic(mnemonic));
  const { privkey } = Slip10.derivePath(Slip10Curve.Secp256k1, seed, stringToPath("m/44'/118'/0'/0/0"));
  const pubkey = Secp256k1.compressPubkey((await Secp256k1.makeKeypair(privkey)).pubkey);
  const address = pubkeyToAddress(encodeSecp256k1Pubkey(pubkey), prefix);
  const sign = async (text) => {
    const signature = await Secp256k1.createSignature(sha256(serializeSignDoc(document(address, text))), privkey);
    return signed(address, base64(pubkey), text, base64(Buffer.concat([signature.r(32), signature.s(32)])));
  };
  return { address, pubkey, sign };
}

const { guitarist, singer, pianist } = Object.fromEntries(
  await Promise.all(Object.entries(mnemonics).map(async ([name, mnemonic]) => [name, await wallet(mnemonic)])),
);
const guest = await oneTimeKey(mnemonics.guest);

// Two of the three are the band. CosmJS sorts the keys by their addresses.
const bandKey = createMultisigThresholdPubkey([guitarist, singer, pianist].map((m) => encodeSecp256k1Pubkey(m.pubkey)), 2);
const band = {
  address: pubkeyToAddress(bandKey, prefix),
  keys: bandKey.value.pubkeys.map((key) => key.value),
  members: bandKey.value.pubkeys.map((key) => [guitarist, singer, pianist].find((m) => base64(m.pubkey) === key.value)),
};

// What the commit says of each, in its order.
const contributions = [
  { contributor: guitarist.address, roles: ["Composer", "StudioMusician"], instrument: "Guitare électrique & <slide>", paths: ["früh/gitarre – «á».wav", "ドラム.wav"] },
  { contributor: band.address, roles: ["MusicGroup"], instrument: "", paths: [] },
  { guest: { key: base64(guest.pubkey), name: "Zoë Nguyễn 🎷" }, roles: ["LeadVocalist"], instrument: "Voice", paths: ["voice.wav"] },
  { contributor: guitarist.address, roles: ["MixingEngineer"], instrument: "", paths: [] },
  { contributor: singer.address, roles: ["BackgroundVocalist"], instrument: "", paths: ["voice.wav"] },
];

// The text of section 1 of the specification.
function creditText({ contributor, action, statement, sequence }, said) {
  const lines = ["parrots.music credit v1", `chain: ${chainId}`, `commit: ${commit}`, `contributor: ${contributor}`, `action: ${action}`];
  if (action === "dispute") lines.push(`statement: ${statement}`);
  for (const { roles, guest, instrument, paths } of said) {
    lines.push(`roles: ${roles.join(", ")}`);
    if (guest) lines.push(`as guest: ${guest.name}`);
    if (instrument) lines.push(`instrument: ${instrument}`);
    if (paths.length === 0) lines.push("paths: all that the commit changed");
    for (const path of paths) lines.push(`path: ${path}`);
  }
  lines.push(`sequence: ${sequence}`);
  return lines.map((line) => line + "\n").join("");
}

// One step of a credit. The guest's contribution is the singer's, who claims it first.
async function step(name, who, action, sequence, { statement = "", by } = {}) {
  const own = contributions.filter((c) => c.contributor === who.address || (c.guest && who === singer));
  const credit = { name, contributor: who.address, action, statement, sequence };
  const text = creditText(credit, own);
  if (!by) return { ...credit, text, ...(await who.sign(text)) };
  const members = await Promise.all(by.map(async (key) => ({ key, ...(await who.members[key].sign(text)) })));
  return { ...credit, text, multisig: { threshold: 2, pub_keys: who.keys }, members };
}

// The text of section 4.
const guestText = [
  "parrots.music guest v1", `chain: ${chainId}`, `commit: ${commit}`, `key: ${hex(guest.pubkey)}`, `wallet: ${singer.address}`,
].map((line) => line + "\n").join("");

const vectors = {
  note: "Made with CosmJS by make-vectors.mjs. pub_key and signature are base64, sign_bytes hex. Steps are in an order in which a chain takes them, the guest's claim before them.",
  chain_id: chainId,
  commit,
  mnemonics,
  contributions,
  guest: { name: "guest's claim", wallet: singer.address, text: guestText, ...(await guest.sign(guestText)) },
  steps: [
    await step("confirm", guitarist, "confirm", 0),
    await step("dispute with a statement", guitarist, "dispute", 1, { statement: "Nein: das Solo ist von Łukasz & <Bär> 🐻, „nicht“ von mir" }),
    await step("confirm again", guitarist, "confirm", 2),
    await step("confirm what a guest did", singer, "confirm", 1),
    await step("two members of a multisig confirm", band, "confirm", 0, { by: [0, 2] }),
    await step("all members of a multisig dispute", band, "dispute", 1, { statement: "We never played this", by: [0, 1, 2] }),
  ],
};
writeFileSync(new URL("vectors.json", import.meta.url), JSON.stringify(vectors, null, 1) + "\n");
