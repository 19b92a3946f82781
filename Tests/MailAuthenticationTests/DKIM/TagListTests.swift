import Testing

@testable import MailAuthentication

@Suite struct TagListTests {
    private func read(_ text: String) -> Result<[String], TagListError> {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(TagListError) in
                try TagList(buffer).tags.map { String(decoding: buffer[$0.value], as: UTF8.self) }
            }
        }
    }

    @Test func whiteSpaceAndFoldsAroundNamesAndValuesDoNotCount() {
        #expect(read("a=1; b = x y ;\r\n\tc\r\n =\r\n z;") == .success(["1", "x y", "z"]))
        #expect(read("a=") == .success([""]))
        #expect(read("a=b=c==") == .success(["b=c=="]))
        #expect(read("n=関所") == .success(["関所"]))
    }

    @Test(arguments: [
        ("", TagListError.emptyTag(offset: 0)), (";", .emptyTag(offset: 0)), ("a=1;;b=2", .emptyTag(offset: 4)),
        ("a", .missingEqualsSign(offset: 0)), ("a=1; b", .missingEqualsSign(offset: 5)),
        ("=1", .badName(offset: 0)), ("1a=1", .badName(offset: 0)), ("a-b=1", .badName(offset: 0)),
        ("a=1; a=2", .repeatedTag("a")), ("longerthaneight=1;longerthaneight=1", .repeatedTag("longerthaneight")),
        ("a=x\0y", .badByte(0, offset: 3)), ("a=x\ry", .badByte(13, offset: 3)), ("a=x\ny", .badByte(10, offset: 3)),
    ])
    func whatIsNoTagListIsToldApart(_ text: String, _ error: TagListError) {
        #expect(read(text) == .failure(error))
    }

    @Test func tagsAndBytesAreBounded() {
        #expect(read((0...TagList.tagCount).map { "t\($0)=1" }.joined(separator: ";")) == .failure(.tooManyTags))
        #expect(
            read("a=" + String(repeating: "x", count: TagList.byteCount))
                == .failure(.tooLong(bytes: TagList.byteCount + 2)))
    }

    @Test func longNamesAreKeptApart() {
        #expect(read("longerthaneight=1;longerthannine=2") == .success(["1", "2"]))
    }
}

@Suite struct Base64Tests {
    @Test func whatIsEncodedIsDecoded() {
        var random = MailRandom(seed: 4648)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(String(base64: Array("foob".utf8)) == "Zm9vYg==")
        #expect(Base64.decode("Zm9\r\n vYg =\t=".utf8) == Array("foob".utf8))
    }

    @Test(arguments: ["Zm9vY", "Zm9vYg", "Zm9vYg=", "Zm9v=", "Zm=v", "Zm9vYg===", "====", "Zm-v", "関所=="])
    func whatIsNoBase64IsRefused(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
