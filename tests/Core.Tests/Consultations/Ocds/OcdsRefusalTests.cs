using System.Text;
using Vaguemestre.Core.Consultations.Ocds;
using static Vaguemestre.Core.Tests.Consultations.Ocds.OcdsFixture;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

public sealed class OcdsRefusalTests
{
    [Theory]
    [InlineData("""{"releases": []}""", "releases", "Liste vide")]
    [InlineData("""{"releases": {}}""", "releases", "Objet trouvé ; attendu : tableau")]
    [InlineData("""{"releases": [1]}""", "releases/0", "Nombre entier trouvé ; attendu : objet")]
    [InlineData("""{"records": []}""", "records", "Liste vide")]
    [InlineData("""{"records": [{"ocid": "a"}]}""", "records/0/releases", "Champ obligatoire absent")]
    [InlineData("""{"records": [{"ocid": "a", "compiledRelease": []}]}""", "records/0/compiledRelease", "Tableau trouvé ; attendu : objet")]
    [InlineData("""{"records": [{"ocid": "a", "compiledRelease": {}}]}""", "records/0/compiledRelease/ocid", "Champ obligatoire absent")]
    [InlineData("[]", "", "Liste vide")]
    [InlineData("12", "", "attendu : objet")]
    [InlineData("""{"title": "Autre chose"}""", "ocid", "Ni publication, ni enregistrement")]
    [InlineData("", "", "Fichier vide")]
    public void What_is_no_OCDS_file_is_refused(string json, string path, string message) =>
        ShouldBeRefused(Read(json), path, message);

    [Theory]
    [InlineData("""{"releases": [""", "ligne 1, octet")]
    [InlineData("{\n\"releases\": [NaN]}", "ligne 2, octet 14")]
    [InlineData("{\"ocid\": 'x'}", "ligne 1, octet 10")]
    [InlineData("{\"ocid\": \"x\",}", "virgule finale")]
    public void Bad_syntax_is_refused_with_its_place(string json, string message) => ShouldBeRefused(Read(json), "", message);

    [Fact]
    public void A_bad_line_refuses_the_lines_before_it() =>
        ShouldBeRefused(Read(Line(Release()) + "\n{\"ocid\": \n"), "", "ligne 3");

    [Fact]
    public void A_file_nested_too_deep_is_refused() =>
        ShouldBeRefused(Read(new string('[', 100_000)), "", "Plus de 64 niveaux");

    [Fact]
    public void A_file_over_the_size_limit_is_refused() =>
        ShouldBeRefused(OcdsReader.Read(new byte[OcdsReader.MaxBytes + 1]), "", "plus de 50 Mo");

    [Fact]
    public async Task A_stream_over_the_size_limit_is_not_read_to_its_end()
    {
        using var stream = new MemoryStream(new byte[OcdsReader.MaxBytes + 10_000_000]);

        ShouldBeRefused(await OcdsReader.ReadAsync(stream, TestContext.Current.CancellationToken), "", "plus de 50 Mo");
        stream.Position.ShouldBeLessThan(stream.Length);
    }

    [Fact]
    public void A_file_of_too_many_values_is_refused() =>
        ShouldBeRefused(Read(string.Concat(Enumerable.Repeat("{}\n", OcdsReader.MaxValues + 1))), "", "valeurs JSON");

    [Fact]
    public void A_file_that_is_not_utf8_is_refused() =>
        ShouldBeRefused(OcdsReader.Read(Encoding.Latin1.GetBytes(Release("\"language\": \"français\""))), "", "UTF-8");

    [Theory]
    [InlineData("""{"releases": [{"tender": {"x": 1, "x": 2}}]}""", "releases/0/tender/x", "deux fois")]
    [InlineData("""{"releases": [{"unknown": ["\ud800"]}]}""", "releases/0/unknown/0", "demi-codet")]
    [InlineData("""{"releases": [{"\udc00": 1}]}""", "releases/0", "demi-codet")]
    public void What_readers_understand_differently_is_refused(string json, string path, string message) =>
        ShouldBeRefused(Read(json), path, message);

    [Theory]
    [InlineData("\"tender\": {}", "tender/id", "Champ obligatoire absent ; attendu : texte non vide ou nombre entier.")]
    [InlineData("\"tender\": {\"id\": \"\"}", "tender/id", "Texte vide")]
    [InlineData("\"tender\": {\"id\": 1.0}", "tender/id", "Nombre trouvé ; attendu : texte non vide ou nombre entier.")]
    [InlineData("\"tender\": {\"id\": 1, \"title\": 2}", "tender/title", "Nombre entier trouvé ; attendu : texte ou null.")]
    [InlineData("\"tender\": {\"id\": 1, \"title_fr\": 2}", "tender/title_fr", "attendu : texte ou null.")]
    [InlineData("\"tender\": {\"id\": 1, \"status\": \"ouvert\"}", "tender/status", "Code « ouvert » inconnu ; codes admis : planning,")]
    [InlineData("\"tender\": {\"id\": 1, \"value\": {\"currency\": \"F\"}}", "tender/value/currency", "302 codes")]
    [InlineData("\"tender\": {\"id\": 1, \"hasEnquiries\": \"oui\"}", "tender/hasEnquiries", "attendu : booléen ou null.")]
    [InlineData("\"tender\": {\"id\": 1, \"tenderers\": [{\"name\": \"A\"}, {\"name\": \"A\"}]}", "tender/tenderers/1", "Élément répété")]
    [InlineData("\"awards\": [{\"id\": 1, \"items\": []}]", "awards/0/items", "au moins un élément")]
    [InlineData("\"contracts\": [{\"id\": 1}]", "contracts/0/awardID", "Champ obligatoire absent")]
    [InlineData("\"parties\": [{\"id\": 3}]", "parties/0/id", "Nombre entier trouvé ; attendu : texte.")]
    [InlineData("\"parties\": {}", "parties", "Objet trouvé ; attendu : tableau.")]
    [InlineData("\"buyer\": null", "buyer", "Null trouvé ; attendu : objet.")]
    [InlineData("\"bids\": {\"details\": {}}", "bids/details", "attendu : tableau ou null.")]
    [InlineData("\"bids\": {\"details\": [{\"tenderers\": [\"A\"]}]}", "bids/details/0/tenderers/0", "Texte trouvé ; attendu : objet.")]
    [InlineData("\"tender\": {\"id\": 1, \"enquiries\": [{\"author\": \"A\"}]}", "tender/enquiries/0/author", "attendu : objet ou null.")]
    [InlineData("\"tender\": {\"id\": 1, \"lots\": [{\"id\": []}]}", "tender/lots/0/id", "Tableau trouvé")]
    public void A_release_against_the_structure_is_refused_at_its_place(string members, string path, string message)
    {
        ShouldBeRefused(Read(Release(members)), path, message);
        ShouldBeRefused(Read($$"""{"releases": [{{Release()}}, {{Release(members)}}]}"""), "releases/1/" + path, message);
        ShouldBeRefused(Read(Line(Release()) + "\n" + Line(Release(members))), "1/" + path, message);
    }

    [Theory]
    [InlineData("\"unknown\": {\"id\": []}")]
    [InlineData("\"tender\": {\"id\": 1, \"titleLanguage\": 3, \"title_français\": 3}")]
    [InlineData("\"bids\": null")]
    [InlineData("\"parties\": [{\"id\": \"a\", \"details\": {\"scale\": 3}}]")]
    public void What_is_unknown_is_ignored(string members) => Read(Release(members)).Errors.ShouldBeEmpty();

    [Fact]
    public void An_embedded_release_is_checked_even_when_the_compiled_one_is_read() =>
        ShouldBeRefused(
            Read($$"""{"records": [{"ocid": "a", "releases": [{"ocid": "a"}], "compiledRelease": {{Release()}}}]}"""),
            "records/0/releases/0/id",
            "Champ obligatoire absent");

    [Fact]
    public void A_path_escapes_slashes_and_cuts_endless_names()
    {
        var name = "a/b~c" + new string('x', 500);

        Read($$$"""{"{{{name}}}": {"k": 1, "k": 2}}""").Errors.ShouldHaveSingleItem().Path
            .ShouldBe("a~1b~0c" + new string('x', 75) + "…/k");
    }

    [Fact]
    public void Only_the_first_hundred_errors_are_told() =>
        Read($$"""{"releases": [{{string.Join(",", Enumerable.Repeat("{}", 500))}}]}""").Errors.Count.ShouldBe(OcdsReader.MaxErrors);

    private static void ShouldBeRefused(OcdsReading reading, string path, string message)
    {
        reading.Processes.ShouldBeEmpty();
        var error = reading.Errors.FirstOrDefault(error => error.Path == path);
        error.ShouldNotBeNull($"at {path}; found: {string.Join(" ", reading.Errors)}");
        error.Message.ShouldContain(message, Case.Sensitive);
    }
}
