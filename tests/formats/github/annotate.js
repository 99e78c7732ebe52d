// Reads annotations, one JSON object a line, and writes them as GitHub's toolkit does.
import { readFileSync } from "node:fs";

import * as core from "@actions/core";

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { command, message, properties } = JSON.parse(line);
  core[command](message, properties);
}
