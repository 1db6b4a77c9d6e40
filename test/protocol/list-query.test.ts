import t from 'tap'
import { build, sendRaw, start } from '../harness.ts'

const list = '/api/ovoc/v1/topology/lcCustomers'

t.test('a list without a query has brief records', async t => {
  const call = await build(t)
  const { status, headers, text, body } = await call(list)
  t.equal(status, 200)
  t.equal(Number(headers['content-length']), Buffer.byteLength(text))
  t.same(body.lcCustomers[0], { id: 85844, url: '/ovoc/v1/topology/lcCustomers/85844', name: 'Brad984', description: 'Brad984' })
  t.equal(body.lcCustomers.length, 8)
  t.same((await call(`${list}/?detail=0`)).body, body)
})

t.test('detail=1 returns full records, and fields returns only the named fields', async t => {
  const call = await build(t)
  const whole = (await call(`${list}?detail=1`)).body.lcCustomers
  t.same(whole[0], (await call('/ovoc/v1/topology/lcCustomers/85844')).body)
  t.same((await call(`${list}?fields=name,status`)).body.lcCustomers[0], { name: 'Brad984', status: 'ERROR' })
  t.same((await call(`${list}?detail=1&fields=logoId`)).body.lcCustomers[0], { logoId: 924 })
})

t.test('a filter may be plain, partly or fully percent-encoded', async t => {
  const call = await build(t)
  for (const filter of ["(name='SakuraDenki')", '(name=%27SakuraDenki%27)', '%28name%3D%27SakuraDenki%27%29']) {
    t.same((await call(`${list}?filter=${filter}`)).body.lcCustomers.map((record: { id: number }) => record.id), [86401], filter)
  }
})

t.test('filter values may contain spaces, dots, plus signs and Unicode, and match numbers by their text', async t => {
  const call = await build(t)
  const ids = async (filter: string) => (await call(`${list}?filter=${filter}`)).body?.lcCustomers.map((record: { id: number }) => record.id)
  t.same(await ids("(fullName='Northwind+Air%20Ltd.')"), [86210])
  t.same(await ids(encodeURIComponent("(fullName='さくら電機株式会社')")), [86401])
  t.same(await ids("(logoId='931')"), [86210])
  t.same(await ids("(id='86777')"), [86777])
})

t.test('a plain plus in a filter matches a plus or a space, and an encoded plus matches only a plus', async t => {
  const fixtures = t.testdir({ 'files.json': JSON.stringify(['a b+c', 'a+b+c', 'a b c'].map((name, index) => ({ id: index + 1, name, description: null }))) })
  const call = await build(t, { fixtures })
  const ids = async (filter: string) => (await call(`/ovoc/v1/swManager/files?filter=${filter}`)).body?.files.map((file: { id: number }) => file.id)
  t.same(await ids("(name='a+b+c')"), [2, 3])
  t.same(await ids("(name='a%2Bb%2Bc')"), [2])
  t.same(await ids("(name='a%20b%2Bc')"), [1])
  const bundled = await build(t)
  const { body: { id, definedAt } } = await bundled('/ovoc/v1/topology/lcCustomers/85844')
  t.match(definedAt, /\+0000$/)
  t.match((await bundled(`${list}?filter=(definedAt='${definedAt}')`)).body, { lcCustomers: [{ id }] })
})

t.test('a filter that is not percent-encoded UTF-8 is a 400 that names the position', async t => {
  const call = await build(t)
  const wrong: Array<[string, string]> = [
    ["(name='%ff')", 'position 8, got "%ff"'],
    ["(name='%C3%28')", 'position 8, got "%C3"'],
    ["(name='%C3%BC%ed%a0%80')", 'position 9, got "%ed%a0%80"'],
    ["(name='100%')", 'position 11, got "%"'],
    ['%28name=%zz', 'position 7, got "%"']
  ]
  for (const [filter, problem] of wrong) {
    for (const parameter of ['filter', 'f%69lter']) {
      const answer = await call(`${list}?detail=1&${parameter}=${filter}`)
      t.same([answer.status, answer.body], [400, { description: `the query is not valid: filter must be percent-encoded UTF-8 at ${problem}` }])
    }
  }
})

t.test('a path with a space or a character outside ASCII is a 400 that asks for percent-encoding', async t => {
  const { url } = await start(t)
  for (const path of [`${list}?filter=(name='ü')`, `${list}?filter=(fullName='a b')`, '/ü']) {
    const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: ovoc\r\n\r\n`)
    t.match(answer, /^HTTP\/1.1 400 .*spaces and all characters outside ASCII must be percent-encoded"}$/s)
  }
  t.notMatch(await sendRaw(url, 'FOO / HTTP/1.1\r\n\r\n'), 'encoded')
})

t.test('a filter that matches nothing returns 204 without a body', async t => {
  const call = await build(t)
  for (const filter of ["(name='Nobody')", "(name='')", "(fullName='null')", "(logoId='0924')"]) {
    const answer = await call(`${list}?detail=1&filter=${filter}`)
    t.same([answer.status, answer.text, answer.headers['content-type']], [204, '', undefined], filter)
  }
})

t.test('an unknown form of filter is a 400 that names the position and what was expected there', async t => {
  const call = await build(t)
  const wrong: Array<[string, string]> = [
    ['', '"(" at position 1, got the end'],
    ["name='x'", '"(" at position 1, got "name=\'x\'"'],
    ["(nme='x')", 'one of definedAt'],
    ["(contacts='x')", 'one of definedAt'],
    ['(name', '"=" at position 6, got the end'],
    ["(name!='x')", 'one of definedAt'],
    ['(name=x)', 'a value in single quotes at position 7, got "x)"'],
    ["(name='x", 'the closing quote at position 9, got the end'],
    ["(name='O'Connor')", '")", since a value holds no quote and a filter one condition at position 10, got "Connor\')"'],
    ["(name='x' and id='1')", '")", since a value holds no quote and a filter one condition at position 10'],
    ["(name='x')or(id='1')", 'the end, since a filter is one condition at position 11']
  ]
  for (const [filter, problem] of wrong) {
    const answer = await call(`${list}?filter=${encodeURIComponent(filter)}`)
    t.equal(answer.status, 400, filter)
    t.match(answer.body.description, `the query is not valid: filter must have ${problem}`)
    t.match(answer.body.description, "; only (field='value') is publicly known")
  }
})

t.test('an unknown field, parameter or value in a query is a 400 that lists the known ones', async t => {
  const call = await build(t)
  const wrong: Array<[string, string]> = [
    ['fields=nam,foo', 'fields "nam" is not a known field; did you mean "name"?; "foo" is not a known field; known are definedAt'],
    ['fields=', 'fields "" is not a known field'],
    ['detail=2', 'detail must be one of "0", "1", got "2"'],
    ['details=1', 'details is not a known parameter; did you mean "detail"?'],
    ['filter', 'filter must have "(" at position 1, got the end'],
    ['filter=a&filter=b', 'filter must be a string, got a list'],
    ['limit=10', 'limit is not a known parameter; known are detail, fields, filter'],
    ['a/b~c=1&constructor=2', 'a/b~c is not a known parameter; known are detail, fields, filter; constructor is not a known parameter'],
    [`${'x'.repeat(1000)}=1`, `${'x'.repeat(80)}… is not a known parameter`]
  ]
  for (const [query, problem] of wrong) {
    const answer = await call(`${list}?${query}`)
    t.equal(answer.status, 400, query)
    t.ok(answer.body.description.startsWith(`the query is not valid: ${problem}`), answer.body.description)
  }
  t.equal((await call('/ovoc/v1/topology/customers/85844?id=1')).body.description, 'the query is not valid: id is not a known parameter; none are known here')
})

t.test('a field name as a query parameter is a 400 that shows the filter on that field', async t => {
  const call = await build(t)
  const wrong: Array<[string, string]> = [
    ['/ovoc/v1/topology/devices?ipAddress=1.2.3.4', "ipAddress is not a known parameter; to compare that field, ask for filter=(ipAddress='1.2.3.4')"],
    ['/ovoc/v1/topology/devices?name=a%20b', "name is not a known parameter; to compare that field, ask for filter=(name='a b')"],
    ["/ovoc/v1/topology/devices?name=O'Connor", "name is not a known parameter; to compare that field, ask for filter=(name='…')"],
    [`/ovoc/v1/topology/devices?name=${'x'.repeat(81)}`, "name is not a known parameter; to compare that field, ask for filter=(name='…')"],
    ['/ovoc/v1/topology/devices?name=a&name=b', "name is not a known parameter; to compare that field, ask for filter=(name='…')"],
    ['/ovoc/v1/topology/services?id=1&allDetails=true', "id is not a known parameter; to compare that field, ask for filter=(id='1')"],
    ['/ovoc/v1/topology/customers?customerSource=DM', "customerSource is not a known parameter; to compare that field, ask for filter=(customerSource='DM')"],
    ['/ovoc/v1/topology/lcCustomers?customerSource=DM', 'customerSource is not a known parameter; known are detail, fields, filter'],
    ['/ovoc/v1/topology/lcCustomers?contacts=x', 'contacts is not a known parameter; known are detail, fields, filter']
  ]
  for (const [path, problem] of wrong) t.same((await call(path)).body, { description: `the query is not valid: ${problem}` }, path)
})

t.test('a long hostile filter is rejected', async t => {
  const call = await build(t)
  const hostile: Array<(length: number) => string> = [
    length => '('.repeat(length),
    length => `(name='${"'".repeat(length)}`,
    length => `(name='${'x'.repeat(length)}`,
    length => `(${'='.repeat(length)}`,
    length => `(name='${'+'.repeat(length)}`,
    length => `(name='${'%C3%BC'.repeat(length / 6)}%`
  ]
  for (const filter of hostile) {
    t.equal((await call(`${list}?filter=${filter(65_536)}`)).status, 400, filter(20))
  }
})

t.test('a field that the query names many times is returned once', async t => {
  const call = await build(t)
  const [path, longer] = ['name', `name${',name'.repeat(10_000)}`].map(fields => `/ovoc/v1/swManager/files?fields=${fields}`) as [string, string]
  const { body } = await call(path)
  t.same(Object.keys(body.files[0]), ['name'])
  t.same((await call(longer)).body, body)
})

t.test('HEAD on a list has no body, and the Content-Length of GET if GET has one', async t => {
  const call = await build(t, { customers: 4000 })
  const lengths = async (path: string) => {
    const [head, { headers }] = [await call(path, { method: 'HEAD' }), await call(path)]
    t.equal(head.text, '')
    return [head.status, head.headers['content-length'], headers['content-length']]
  }
  const [status, head, get] = await lengths(`${list}?fields=id&filter=(id='85844')`)
  t.same([status, head, get], [200, '30', '30'])
  t.same(await lengths(`${list}?filter=(id='1')`), [204, undefined, undefined])
  t.same(await lengths(`${list}?detail=1`), [200, undefined, undefined])
})
