// DynamoDB by dynalite: dynalite_server.js MODULE. Prints its URL. Ends when its standard input is closed.
const dynalite = require(process.argv[2])

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.stdin.on('close', () => process.exit()).resume()
