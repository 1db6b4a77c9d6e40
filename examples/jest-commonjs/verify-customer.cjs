/**
 * Stands for your own code: asks an OVOC for a customer's status, and asks again when the OVOC is busy.
 * @param {string} ovoc Address of the OVOC, without a path
 * @param {number} id
 * @param {Record<string, string>} headers Sent with each request; your code may have them in its configuration
 * @returns {Promise<string>}
 */
exports.verifyCustomer = async (ovoc, id, headers) => {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = await fetch(`${ovoc}/api/ovoc/v1/topology/customers/${id}`, { method: 'PUT', headers })
    if (answer.ok) return (await answer.json()).status
    if (answer.status !== 503) throw new Error(`OVOC answered ${answer.status}: ${(await answer.json()).description}`)
  }
  throw new Error('OVOC is busy')
}
