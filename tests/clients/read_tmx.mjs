// Prints the TUs of a TMX as tmexchange reads them.
import { readFileSync } from "node:fs";
import tmexchange from "tmexchange";

const read = await tmexchange.tmx2js(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(read));
