using System.Globalization;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The addresses of a company's pages: « Mes courriers », and those behind a personal link.</summary>
public static class CompanyLinks
{
    public const string Space = "/mes-courriers";

    public const string SpaceAddresses = Space + "/adresses";

    /// <summary>Before the token of a link that opens the space.</summary>
    public const string Entrance = Space + "/entree";

    /// <summary>A further page of the letters.</summary>
    public static string SpaceAfter(string cursor) => Space + "?cursor=" + Uri.EscapeDataString(cursor);

    public static string Letter(string token) => "/c/" + Uri.EscapeDataString(token);

    public static string File(string token, Guid attachment) => string.Create(CultureInfo.InvariantCulture, $"{Letter(token)}/fichiers/{attachment}");

    /// <summary>All files as one ZIP.</summary>
    public static string Files(string token) => Letter(token) + "/fichiers";

    /// <summary>Where a colleague is invited.</summary>
    public static string Readers(string token) => Letter(token) + "/collegues";

    /// <summary>« Je ne suis pas le bon destinataire ».</summary>
    public static string WrongRecipient(string token) => Letter(token) + "/erreur-de-destinataire";

    /// <summary>Where a reply is written.</summary>
    public static string Reply(string token) => Letter(token) + "/reponse";

    /// <summary>What a reply will be, before it is sent.</summary>
    public static string ReplyPreview(string token) => Reply(token) + "/apercu";

    /// <summary>Where a reply saves itself.</summary>
    public static string ReplyAutosave(string token) => Reply(token) + "/enregistrement";

    /// <summary>Where files of a reply go by tus.</summary>
    public static string ReplyUploads(string token) => Reply(token) + "/televersements";

    /// <summary>The copy of the receipt.</summary>
    public static string Receipt(string token) => Letter(token) + "/accuse-de-reception.pdf";

    /// <summary>The acknowledgement of a reply as a PDF.</summary>
    public static string AcknowledgementCopy(string token, Guid reply) => Acknowledgement(token, reply) + "/accuse-de-reception.pdf";

    /// <summary>The acknowledgement of a reply that was sent.</summary>
    public static string Acknowledgement(string token, Guid reply) => string.Create(CultureInfo.InvariantCulture, $"{Letter(token)}/reponses/{reply}");
}
