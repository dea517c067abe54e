// PouchDB replicating a backlog into another PouchDB, both LevelDB on disk with sync writes asked for.
import PouchDB from 'pouchdb-core'
import leveldb from 'pouchdb-adapter-leveldb'
import replication from 'pouchdb-replication'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'

PouchDB.plugin(leveldb).plugin(replication)
const [folder, count] = [process.argv[2], Number(process.argv[3])]
mkdirSync(folder, { recursive: true })
const source = new PouchDB(`${folder}/station`)
const target = new PouchDB(`${folder}/server`)
for (let start = 0; start < count; start += 2000) {
  const docs = Array.from({ length: Math.min(2000, count - start) }, (_, n) => ({
    _id: String(start + n).padStart(9, '0'), data: randomBytes(480).toString('hex'),
  }))
  await source.bulkDocs(docs)
}
const began = performance.now()
await source.replicate.to(target, { batch_size: 2000, batches_limit: 2 })
const seconds = (performance.now() - began) / 1000
const { doc_count } = await target.info()
if (doc_count !== count) throw new Error(`${doc_count} of ${count} arrived`)
console.log(JSON.stringify({ records_per_s: Math.round(count / seconds) }))
process.exit(0)
